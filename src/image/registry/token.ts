import type { Challenge } from "./challenge.ts";
import type { Login, NoLogin } from "./credential.ts";
import { type Http, type HttpAsk, Refusal, readBody } from "./http.ts";

/** A token is small; whatever else answers is not read to its end. */
const mostTokenBytes = 1 << 20;

/**
 * A token for what a registry asked for (distribution spec, "Token Authentication"; with a refresh token, "OAuth 2.0
 * token authentication"). Rejects with a sentence that holds no credential.
 */
export async function fetchToken(
  http: Http,
  { realm, service, scope }: Challenge & { scheme: "bearer" },
  repositoryScope: string,
  login: Login | NoLogin,
): Promise<string> {
  if (!URL.canParse(realm)) throw new Refusal("it names a token server that is no address");
  const where = new URL(realm);
  if (where.protocol !== "https:" && !isLoopback(where.hostname)) {
    throw new Refusal(`its token server ${where.host} is not reached by https`);
  }
  const parameters = new URLSearchParams();
  // a challenge has them in one text, a token server gets each by itself
  for (const each of (scope ?? repositoryScope).split(" ")) if (each !== "") parameters.append("scope", each);
  if (service !== undefined) parameters.set("service", service);
  const answer = await http(askOf(where, parameters, login));
  const body = await readBody(answer, mostTokenBytes);
  if (answer.status !== 200) {
    const shown = "why" in login ? login.why : "it was shown the login that Docker has";
    throw new Refusal(`its token server ${where.host} answered ${answer.status}; ${shown}`);
  }
  const token = tokenIn(body);
  if (token === undefined) throw new Refusal(`its token server ${where.host} gave no token`);
  return token;
}

function askOf(where: URL, parameters: URLSearchParams, login: Login | NoLogin): HttpAsk {
  if ("identityToken" in login) {
    parameters.set("grant_type", "refresh_token");
    parameters.set("refresh_token", login.identityToken);
    parameters.set("client_id", "buildseal");
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return { url: where.href, method: "POST", headers, body: parameters.toString() };
  }
  for (const name of new Set(parameters.keys())) where.searchParams.delete(name);
  for (const [name, value] of parameters) where.searchParams.append(name, value);
  return { url: where.href, headers: "user" in login ? { authorization: basic(login) } : {} };
}

export function basic({ user, password }: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function tokenIn(body: Buffer | undefined): string | undefined {
  if (body === undefined) return undefined;
  try {
    const { token, access_token: accessToken } = JSON.parse(body.toString("utf8")) as Record<string, unknown>;
    const found = token ?? accessToken;
    // it goes into a header
    return typeof found === "string" && /^[\x21-\x7e]+$/.test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}
