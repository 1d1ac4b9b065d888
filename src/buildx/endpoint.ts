import { SealError } from "../error.ts";

/** Where an engine or a builder listens, and whether the way to it is encrypted. */
export type Endpoint = { readonly address: string; readonly tls: boolean };

/** Secrets would travel in the clear over the network: TCP without TLS to another machine. */
export function isExposed({ address, tls }: Endpoint): boolean {
  if (tls) return false;
  const host = /^(?:tcp|http):\/\/(\[[^\]]*\]|[^:/]*)/i.exec(address)?.[1];
  return host !== undefined && !isLoopback(host);
}

/** No host, as in `tcp://:2375`, is this machine too. */
function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[(?:::1|(?:0+:){7}0*1|::ffff:127(?:\.\d{1,3}){3})\]|)$/i.test(host);
}

/**
 * @throws BUILDER when the way to the builder is not encrypted and leaves the machine
 */
export function refuseExposed(builder: string, endpoints: readonly Endpoint[]): void {
  const exposed = endpoints.find(isExposed);
  if (exposed === undefined) return;
  throw new SealError(
    "BUILDER",
    `The builder ${builder} is reached at ${exposed.address} without TLS: its secrets would cross the network in the clear.`,
    "Use TLS (the driver options cacert, cert and key of 'docker buildx create', or DOCKER_TLS_VERIFY and DOCKER_CERT_PATH for an engine), an ssh:// address, or a tunnel to this machine.",
  );
}
