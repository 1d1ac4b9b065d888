import { type AgentOptions, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isContainer, isLoopback } from "../identity/exchange/host-rule.ts";
import type { Environment } from "../identity/host.ts";
import { isExempt } from "./no-proxy.ts";

/** What a request to this address goes out by. */
export type AgentFor = (url: URL) => HttpAgent | NoAgent;

/** Why a proxy that is to be gone through cannot be: a clause without its URL, which may hold a password. */
export type NoAgent = { readonly why: string; readonly remedy: string };

/** The first Node versions whose agents go through proxies (Node's documentation of `http.Agent`, `proxyEnv`). */
const proxyVersions: Readonly<Record<number, number>> = { 22: 21, 24: 5 };

/**
 * Through HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where they are set; but straight to this machine and this node's agents,
 * whatever NO_PROXY says: they are asked over plain HTTP, and a proxy would read the token. Certificates are checked whatever
 * NODE_TLS_REJECT_UNAUTHORIZED says; NODE_EXTRA_CA_CERTS is trusted by Node itself.
 */
export function createAgents(environment: Environment, { keepAlive }: { readonly keepAlive: boolean }): AgentFor {
  const direct = agentsOf({ keepAlive });
  const [https, http] = [proxyOf(environment, "https_proxy"), proxyOf(environment, "http_proxy")];
  const noProxy = settingOf(environment, "no_proxy");
  const others = agentsThrough([https, http], keepAlive);
  return (url) => {
    const { protocol, hostname } = url;
    const isSecure = protocol === "https:";
    const proxy = isSecure ? https : http;
    const isDirect = proxy === undefined || isLoopback(hostname) || isContainer(hostname) || isExempt(url, noProxy);
    if (!isDirect && "why" in proxy) return proxy;
    const agents = isDirect ? direct : others();
    if (agents === undefined) return proxyTooOld;
    return isSecure ? agents.https : agents.http;
  };
}

type Agents = { readonly http: HttpAgent; readonly https: HttpAgent };
type Proxy = { readonly url: string } | NoAgent | undefined;

function agentsOf(options: AgentOptions): Agents {
  return { http: new HttpAgent(options), https: new HttpsAgent({ ...options, rejectUnauthorized: true }) };
}

/** Made when the first request needs them; nothing where this Node cannot go through a proxy. */
function agentsThrough([https, http]: readonly [Proxy, Proxy], keepAlive: boolean) {
  let agents: Agents | undefined;
  const urlOf = (proxy: Proxy): string => (proxy !== undefined && "url" in proxy ? proxy.url : "");
  return (): Agents | undefined => {
    if (!goesThroughProxies()) return undefined;
    const proxyEnv = { https_proxy: urlOf(https), http_proxy: urlOf(http), no_proxy: "" };
    agents ??= agentsOf({ keepAlive, proxyEnv });
    return agents;
  };
}

/** `proxy.example:3128` is one too, as curl and Go take it; Node would go past what it does not know. */
function proxyOf(environment: Environment, name: "https_proxy" | "http_proxy"): Proxy {
  const value = settingOf(environment, name).trim();
  if (value === "") return undefined;
  const url = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const shown = name.toUpperCase();
  if (!URL.canParse(url)) {
    return {
      why: `${shown} is no URL of a proxy`,
      remedy: "Write `#`, `/`, `@` and `%` of a password as %23, %2F, %40 and %25.",
    };
  }
  const { protocol } = new URL(url);
  if (protocol === "http:" || protocol === "https:") return { url };
  return {
    why: `${shown} names a proxy of a kind that is not known here (${protocol})`,
    remedy: "Name an HTTP proxy.",
  };
}

/** The name in lower case goes before the other, as in curl and in Node. */
function settingOf(environment: Environment, name: string): string {
  return environment[name] || environment[name.toUpperCase()] || "";
}

const proxyTooOld: NoAgent = {
  why: `this is Node ${process.versions.node}, which cannot go through a proxy`,
  remedy: "Use Node 22.21, 24.5 or later, or list the host in NO_PROXY.",
};

function goesThroughProxies(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 24 || minor >= (proxyVersions[major] ?? Number.POSITIVE_INFINITY);
}
