import { type ClientRequestArgs, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Environment } from "../identity/host.ts";
import { openConnection, type ProxyServer } from "./connection.ts";
import { createProxyFor, type NoWay } from "./proxy.ts";

/** What a request to an address goes out by; the headers are beside its own. */
export type Way = {
  readonly agent: HttpAgent;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
};

/** An option that the agent finds in those of a request: `signal` is the one that Node does not hand on to it. */
export type Ending = { readonly end: AbortSignal };

export type WayTo = (url: URL) => Way | NoWay;

/**
 * Straight or through a proxy, over connections that a request gets when they stand, TLS and all, so that what fails before was
 * not sent; the request's `end` closes them. Certificates are checked whatever NODE_TLS_REJECT_UNAUTHORIZED says;
 * NODE_EXTRA_CA_CERTS is trusted by Node itself.
 */
export function createWays(environment: Environment, { keepAlive }: { readonly keepAlive: boolean }): WayTo {
  const proxyFor = createProxyFor(environment);
  const known = new Map<ProxyServer | undefined, Agents>();
  return (url) => {
    const proxy = proxyFor(url);
    if (proxy !== undefined && "why" in proxy) return proxy;
    const agents = known.get(proxy) ?? agentsBy(proxy, keepAlive);
    known.set(proxy, agents);
    const path = `${url.pathname}${url.search}`;
    if (url.protocol === "https:") return { agent: agents.https, path, headers: {} };
    if (proxy === undefined) return { agent: agents.http, path, headers: {} };
    // RFC 9112 §3.2.2: of what goes over plain HTTP a proxy is told the whole address
    return { agent: agents.http, path: `${url.origin}${path}`, headers: proxy.headers };
  };
}

type Agents = { readonly http: HttpAgent; readonly https: HttpsAgent };

function agentsBy(proxy: ProxyServer | undefined, keepAlive: boolean): Agents {
  const agents = { http: new HttpAgent({ keepAlive }), https: new HttpsAgent({ keepAlive }) };
  for (const agent of [agents.http, agents.https]) {
    const isSecure = agent === agents.https;
    agent.createConnection = (options, given) => {
      const { host, port, end } = options as ClientRequestArgs & Ending;
      const target = { host: host!, port: Number(port), isSecure };
      openConnection(target, proxy, end).then(
        (socket) => given!(null, socket),
        (error: Error) => given!(error, undefined as never),
      );
      return undefined;
    };
  }
  return agents;
}
