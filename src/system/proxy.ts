import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Environment } from "../identity/host.ts";

/** What requests go out by, for each scheme: through HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where they are set. */
export type Agents = { readonly "http:": HttpAgent; readonly "https:": HttpsAgent };

/** The first Node versions whose agents go through proxies (Node's documentation of `http.Agent`, `proxyEnv`). */
const proxyVersions: Readonly<Record<number, number>> = { 22: 21, 24: 5 };
const proxyNames = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/**
 * Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says; NODE_EXTRA_CA_CERTS is trusted by Node itself.
 *
 * @returns undefined where a proxy is to be gone through, and this Node cannot
 */
export function agentsFor(
  environment: Environment,
  { keepAlive }: { readonly keepAlive: boolean },
): Agents | undefined {
  const isDirect = proxyNames.every((name) => (environment[name] ?? "") === "");
  if (!isDirect && !goesThroughProxies()) return undefined;
  const options = { keepAlive, ...(isDirect ? {} : { proxyEnv: environment }) };
  return { "http:": new HttpAgent(options), "https:": new HttpsAgent({ ...options, rejectUnauthorized: true }) };
}

export const proxyTooOld = `this is Node ${process.versions.node}, which cannot go through a proxy`;

function goesThroughProxies(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 24 || minor >= (proxyVersions[major] ?? Number.POSITIVE_INFINITY);
}
