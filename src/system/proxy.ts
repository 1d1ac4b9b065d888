import { isContainer, isLoopback } from "../identity/exchange/host-rule.ts";
import type { Environment } from "../identity/host.ts";
import type { ProxyServer } from "./connection.ts";
import { isExempt } from "./no-proxy.ts";
import { loginOf } from "./url-login.ts";

/** Why a proxy that is to be gone through cannot be: a clause without its URL, which may hold a password. */
export type NoWay = { readonly why: string; readonly remedy: string };

/** The proxy to an address; `undefined`: it is asked straight. */
export type ProxyFor = (url: URL) => ProxyServer | NoWay | undefined;

/**
 * HTTPS_PROXY, HTTP_PROXY and NO_PROXY, where they are set; but this machine and this node's agents are asked straight,
 * whatever NO_PROXY says: they are asked over plain HTTP, and a proxy would read the token.
 */
export function createProxyFor(environment: Environment): ProxyFor {
  const [https, http] = [proxyOf(environment, "https_proxy"), proxyOf(environment, "http_proxy")];
  const noProxy = settingOf(environment, "no_proxy");
  return (url) => {
    const { protocol, hostname } = url;
    const isDirect = isLoopback(hostname) || isContainer(hostname) || isExempt(url, noProxy);
    if (isDirect) return undefined;
    return protocol === "https:" ? https : http;
  };
}

/** `proxy.example:3128` is one too, as curl and Go take it. */
function proxyOf(environment: Environment, name: "https_proxy" | "http_proxy"): ProxyServer | NoWay | undefined {
  const value = settingOf(environment, name).trim();
  if (value === "") return undefined;
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`);
  const shown = name.toUpperCase();
  const headers = url === null ? undefined : loginOf(url, "proxy-authorization");
  if (url === null || headers === undefined) {
    return {
      why: `${shown} is no URL of a proxy`,
      remedy: "Write `#`, `/`, `@` and `%` of a password as %23, %2F, %40 and %25.",
    };
  }
  const { protocol, hostname, port } = url;
  const isSecure = protocol === "https:";
  if (isSecure || protocol === "http:") {
    return { host: hostname.replaceAll(/[[\]]/g, ""), port: Number(port) || (isSecure ? 443 : 80), isSecure, headers };
  }
  return {
    why: `${shown} names a proxy of a kind that is not known here (${protocol})`,
    remedy: "Name an HTTP proxy.",
  };
}

/** The name in lower case goes before the other, as in curl. */
function settingOf(environment: Environment, name: string): string {
  return environment[name] || environment[name.toUpperCase()] || "";
}
