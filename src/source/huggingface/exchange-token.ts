import { SealError } from "../../error.ts";
import { codeAt, objectOf, skewMsOf, textAt, wordsOf } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import type { Host } from "../../identity/host.ts";
import type { Identity } from "../../identity/identity.ts";
import { readJwt } from "../../identity/jwt.ts";
import { Secret } from "../../secret/secret.ts";
import { askIssuer, describeClaims, isToken } from "../issuer.ts";
import type { Resource } from "./resource.ts";

type TokenExchange = {
  readonly name: string;
  readonly host: Host;
  /** Without a slash at its end. */
  readonly endpoint: string;
  readonly resource: Resource;
  readonly identity: Identity;
  readonly signal: AbortSignal | undefined;
};

type Exchanged = { readonly value: Secret; readonly issuedAt: Date; readonly expiresAt: Date };

/** What the documentation says that these tokens live, for an answer without `expires_in`. */
const usualLifeSeconds = 3600;

/**
 * RFC 8693, with a body of JSON where it has a form (huggingface.co/docs/hub/trusted-publishers).
 *
 * @throws SOURCE, POLICY
 */
export async function exchangeToken(ask: TokenExchange): Promise<Exchanged> {
  const { name, host, endpoint, resource, identity } = ask;
  const answer = await askIssuer(host, `The secret ${name} could not be had`, {
    url: `${endpoint}/oauth/token`,
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
      subject_token: identity.token.exposeText(),
      resource: resource.text,
    }),
    namedBy: "configuration",
    purpose: "huggingface",
    signal: ask.signal,
  });
  if (answer.status !== 200) throw refusal(answer, ask);
  return readToken(answer, ask);
}

function readToken(answer: ExchangeAnswer, { name, host, endpoint }: TokenExchange): Exchanged {
  const object = objectOf(answer);
  const token = textAt(object, "access_token");
  const type = textAt(object, "token_type")?.toLowerCase() ?? "bearer";
  const seconds = object?.["expires_in"] ?? usualLifeSeconds;
  const isLife = typeof seconds === "number" && seconds > 0 && seconds < 1e8;
  if (!isToken(token) || type !== "bearer" || !isLife) {
    const what = !isToken(token)
      ? "no token"
      : !isLife
        ? "a token whose life is no time"
        : "a token that is no bearer's";
    const message = `${hostOf(endpoint)} gave ${what} for the secret ${name}${requestOf(answer)}.`;
    throw new SealError("SOURCE", message, "Check `endpoint:`: this is no answer of a Hub.");
  }
  const nowMs = host.now();
  const endMs = nowMs + seconds * 1000;
  // an hf_jwt_ tells its end itself; ours is a clock that may be wrong, so the earlier of the two counts
  const jwt = readJwt(token.replace(/^hf_jwt_/, ""));
  const ownEndMs = jwt.kind === "jwt" ? jwt.claims.expiresAt?.getTime() : undefined;
  const skewMs = skewMsOf(answer, nowMs) ?? 0;
  return {
    value: new Secret(name, token),
    issuedAt: new Date(nowMs),
    expiresAt: new Date(Math.min(endMs, ownEndMs === undefined ? endMs : ownEndMs + skewMs)),
  };
}

function refusal(answer: ExchangeAnswer, { name, host, endpoint, resource, identity }: TokenExchange): SealError {
  const words = wordsOf(answer, host, [identity.token.exposeText()]);
  const message = `${hostOf(endpoint)} gives no token for the secret ${name} (${words}${requestOf(answer)}).`;
  return new SealError("SOURCE", message, remedyFor(answer, endpoint, resource, identity));
}

function remedyFor(answer: ExchangeAnswer, endpoint: string, resource: Resource, identity: Identity): string {
  const settings =
    resource.kind === "user"
      ? `the CI/CD identities of ${resource.shown} (its settings, Authentication)`
      : `the trusted publishers of ${resource.shown} (its settings)`;
  switch (codeAt(objectOf(answer), "error")) {
    case "invalid_grant":
      return `One of ${settings} must name exactly what the token says: ${describeClaims(identity)}. Check \`resource:\` too.`;
    case "invalid_request":
      return `It does not take the request itself: check \`resource: ${resource.text}\` (it must exist under this name) and \`endpoint:\`.`;
  }
  if (answer.status === 429) return "Its rate limit is reached: let fewer jobs ask at once, or try again later.";
  if (answer.status >= 500) return `${hostOf(endpoint)} has a fault of its own: try again later.`;
  if (answer.status === 404) return "Check `endpoint:`: nothing exchanges tokens there.";
  return `See that ${settings} are set up, and that \`resource:\` is right.`;
}

/** A trace's id, a UUID or both: nothing that a token could be hidden in. */
const requestId = /^(?:Root=1-)?[0-9a-f-]{8,40}(?:;[0-9a-f-]{8,40})?$/i;

/** Hugging Face's support asks for it. */
function requestOf(answer: ExchangeAnswer): string {
  const id = answer.header("x-request-id") ?? "";
  return requestId.test(id) ? `; x-request-id ${id}` : "";
}

function hostOf(endpoint: string): string {
  return new URL(endpoint).host;
}
