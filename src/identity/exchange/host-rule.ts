import { SealError } from "../../error.ts";
import { isBuiltIn } from "./built-in.ts";
import type { ExchangeRequest } from "./exchange.ts";

/**
 * Whether a credential may go to this address: over https, or to this machine itself; to a host that is built in for
 * this purpose, that the platform names, or that was allowed from outside the checkout.
 *
 * @throws SealError POLICY
 */
export function checkAddress(
  url: URL,
  { namedBy, purpose }: Pick<ExchangeRequest, "namedBy" | "purpose">,
  isAllowed: (host: string) => boolean,
): void {
  const { protocol, hostname, host } = url;
  if (isLoopback(hostname)) return;
  const isOnNode = purpose === "container" && isContainer(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isOnNode)) {
    throw new SealError(
      "POLICY",
      `A credential would go to ${host} over ${protocol.replace(/:$/, "")}, where anybody on the way can read it`,
      "Give the address with https://; plain http is for this machine itself (127.0.0.1, [::1], localhost)",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new SealError("POLICY", `The address of ${host} has a login in it`, "Take it out of the address");
  }
  if (namedBy === "platform" || isBuiltIn(hostname, purpose) || isAllowed(hostname)) return;
  throw new SealError(
    "POLICY",
    `A credential would go to ${host}, which is neither built in nor allowed`,
    "If that is meant, list the host under `hosts:` in a policy outside the checkout (BUILDSEAL_POLICY or /etc/buildseal/policy.yaml)",
  );
}

/** `localhost` is loopback by RFC 6761, whatever a resolver says: Node resolves it by the system's hosts file first. */
export function isLoopback(hostname: string): boolean {
  return /^(?:127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\]|(?:.+\.)?localhost)$/i.test(hostname);
}

/** Where the container credentials of EKS and ECS are given: on this node, over plain HTTP. */
export function isContainer(hostname: string): boolean {
  return isBuiltIn(hostname, "container");
}

/** Whether a host's name is a pattern's: the name itself, or `*.` and the end of it. */
export function matchesHost(pattern: string, hostname: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), hostname.toLowerCase()];
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1 : wanted === name;
}
