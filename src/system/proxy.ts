import { type AgentOptions, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isContainer, isLoopback } from "../identity/exchange/host-rule.ts";
import type { Environment } from "../identity/host.ts";

/** What a request to this address goes out by; undefined where a proxy is to be gone through, and this Node cannot. */
export type AgentFor = (url: URL) => HttpAgent | undefined;

/** The first Node versions whose agents go through proxies (Node's documentation of `http.Agent`, `proxyEnv`). */
const proxyVersions: Readonly<Record<number, number>> = { 22: 21, 24: 5 };
const proxyNames = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"];

/**
 * Through HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where they are set; but straight to this machine and this node's agents,
 * whatever NO_PROXY says: they are asked over plain HTTP, and a proxy would read the token. Certificates are checked whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says; NODE_EXTRA_CA_CERTS is trusted by Node itself.
 */
export function createAgents(environment: Environment, { keepAlive }: { readonly keepAlive: boolean }): AgentFor {
  const direct = agentsOf({ keepAlive });
  const isDirect = proxyNames.every((name) => (environment[name] ?? "") === "");
  const others = isDirect ? direct : goesThroughProxies() ? agentsOf({ keepAlive, proxyEnv: environment }) : undefined;
  return ({ protocol, hostname }) => {
    const agents = isLoopback(hostname) || isContainer(hostname) ? direct : others;
    return protocol === "https:" ? agents?.https : agents?.http;
  };
}

function agentsOf(options: AgentOptions): { readonly http: HttpAgent; readonly https: HttpAgent } {
  return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, rejectUnauthorized: true }) };
}

export const proxyTooOld = `this is Node ${process.versions.node}, which cannot go through a proxy`;

function goesThroughProxies(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 24 || minor >= (proxyVersions[major] ?? Number.POSITIVE_INFINITY);
}
