import { SealError } from "../../error.ts";
import type { ExchangeRequest } from "./exchange.ts";

/** Hosts that issue or take credentials, by what they are for. `*` stands for one or more labels. */
const builtIn: readonly string[] = [
  // AWS: STS, S3 for `doctor`, in every partition
  "*.amazonaws.com",
  "*.amazonaws.com.cn",
  "*.api.aws",
  // GitHub: its API, on github.com and on GitHub Enterprise Cloud with data residency; identity tokens
  "api.github.com",
  "*.ghe.com",
  "*.actions.githubusercontent.com",
  "octo-sts.dev",
  "huggingface.co",
  // Nosana's public secret managers (docs.nosana.io "Nosana's Secret Managers"; the presets of nosana-sdk)
  "secrets.nosana.ci",
  "secrets.k8s.prd.nos.ci",
  "secrets.k8s.dev.nos.ci",
];

/** Where the container credentials of EKS and ECS are given: link-local, over plain HTTP (AWS SDKs, container provider). */
export const containerHosts = new Set(["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]);

/**
 * Whether a credential may go to this address: over https, or to this machine itself; to a host that is built in, that
 * the platform names, or that was allowed from outside the checkout.
 *
 * @throws SealError POLICY
 */
export function checkAddress(
  url: URL,
  namedBy: ExchangeRequest["namedBy"],
  isAllowed: (host: string) => boolean,
): void {
  const { protocol, hostname, host } = url;
  if (isLoopback(hostname)) return;
  const isContainerHost = containerHosts.has(hostname);
  if (protocol !== "https:" && !(protocol === "http:" && isContainerHost)) {
    throw new SealError(
      "POLICY",
      `A credential would go to ${host} over ${protocol.replace(/:$/, "")}, where anybody on the way can read it`,
      "Give the address with https://; plain http is for this machine itself (127.0.0.1, [::1], localhost)",
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new SealError("POLICY", `The address of ${host} has a login in it`, "Take it out of the address");
  }
  if (namedBy === "platform" || isContainerHost || isBuiltIn(hostname) || isAllowed(hostname)) return;
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

export function isBuiltIn(hostname: string): boolean {
  return builtIn.some((pattern) => matchesHost(pattern, hostname));
}

/** Whether a host's name is a pattern's: the name itself, or `*.` and the end of it. */
export function matchesHost(pattern: string, hostname: string): boolean {
  const [wanted, name] = [pattern.toLowerCase(), hostname.toLowerCase()];
  return wanted.startsWith("*.") ? name.endsWith(wanted.slice(1)) && name.length > wanted.length - 1 : wanted === name;
}
