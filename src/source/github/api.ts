import type { ExchangeAnswer, ExchangeRequest } from "../../identity/exchange/exchange.ts";
import type { Environment, Host } from "../../identity/host.ts";
import { isOtherForge } from "../../identity/other-forge.ts";
import { askIssuer } from "../issuer.ts";

/** Where GitHub's REST API is: `https://api.github.com`, or `https://HOST/api/v3`; without a slash at its end. */
export type Api = { readonly url: string; readonly namedBy: ExchangeRequest["namedBy"] };

export const publicApi: Api = { url: "https://api.github.com", namedBy: "configuration" };

/**
 * The option, else what GitHub's runner says (`GITHUB_API_URL`, an Enterprise server's own), else github.com's. Another forge's
 * own API has no Apps, and no business with what shows one.
 */
export function apiOf(option: string | undefined, environment: Environment): Api {
  if (option !== undefined) return { url: withoutSlash(option), namedBy: "configuration" };
  const platform = isOtherForge(environment) ? "" : (environment["GITHUB_API_URL"] ?? "");
  return platform === "" ? publicApi : { url: withoutSlash(platform), namedBy: "platform" };
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, "");
}

export type ApiRequest = {
  readonly path: string;
  readonly method?: "GET" | "POST" | "DELETE";
  readonly body?: object;
  readonly bearer: string;
  readonly signal?: AbortSignal | undefined;
  readonly limitMs?: number;
  /** It was made a moment ago: not all of GitHub may know it yet. */
  readonly isNew?: boolean;
  readonly mayRepeat?: ExchangeRequest["mayRepeat"];
};

/**
 * @param what begins the sentence where nobody answers
 * @throws SOURCE, POLICY
 */
export function askApi(
  host: Pick<Host, "exchange">,
  api: Api,
  what: string,
  { path, method = "GET", body, bearer, signal, limitMs, isNew = false, mayRepeat }: ApiRequest,
): Promise<ExchangeAnswer> {
  return askIssuer(host, what, {
    url: `${api.url}${path}`,
    method,
    headers: {
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      authorization: `Bearer ${bearer}`,
      ...(body !== undefined && { "content-type": "application/json" }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    namedBy: api.namedBy,
    purpose: "github-api",
    // a repository that was renamed answers with 301 (GitHub, "Best practices for using the REST API"): that is told
    redirect: "answer",
    signal,
    ...(limitMs !== undefined && { limitMs }),
    ...(mayRepeat !== undefined && { mayRepeat }),
    // a secondary rate limit is a 403 that says when to come back (GitHub, "Rate limits for the REST API")
    isPassing: ({ status, header }) =>
      (status === 403 && header("retry-after") !== undefined) || (isNew && status === 401),
  });
}

/** One segment of a path. */
export function segment(text: string | number): string {
  return encodeURIComponent(text);
}
