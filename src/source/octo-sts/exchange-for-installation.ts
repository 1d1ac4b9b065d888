import { SealError } from "../../error.ts";
import { objectOf, textAt, wordsOf } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import type { Host } from "../../identity/host.ts";
import type { Identity } from "../../identity/identity.ts";
import { readJwt } from "../../identity/jwt.ts";
import { Secret } from "../../secret/secret.ts";
import type { Api } from "../github/api.ts";
import { warning } from "../github/installation-token.ts";
import { mayBeMade, outcomeOf, withDoubt } from "../github/outcome.ts";
import { revokeInstallationToken } from "../github/revocation.ts";
import { askIssuer, describeClaims, type Issue, issueOf, isToken } from "../issuer.ts";
import type { PolicyPlace } from "./trust-policy.ts";

type InstallationExchange = {
  readonly name: string;
  readonly host: Host;
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Where the token can be revoked. */
  readonly api: Api;
  readonly policy: PolicyPlace;
  readonly identity: Identity;
  readonly signal: AbortSignal | undefined;
};

/** Every installation token's life (GitHub, "Generating an installation access token"); octo-sts does not say it. */
const lifeMs = 3_600_000;

/**
 * `GET /sts/exchange` (octo-sts/app, pkg/octosts). It is not taken back once it was asked for: a signal that comes
 * meanwhile has the token revoked as soon as it is here. Where an answer did not come whole it is asked for again, and that is
 * said: the token that nobody knows may be alive.
 *
 * @throws SOURCE, POLICY
 */
export async function exchangeForInstallation(
  ask: InstallationExchange,
): Promise<Issue & { readonly value: Secret; readonly expiresAt: Date; readonly notices: readonly string[] }> {
  const { name, host, endpoint, policy, identity } = ask;
  let doubts = 0;
  const query = new URLSearchParams({ scope: policy.scope, identity: policy.policyName });
  const outcome = await outcomeOf(
    askIssuer(host, `The secret ${name} could not be had`, {
      url: `${endpoint}/sts/exchange?${query}`,
      headers: { authorization: `Bearer ${identity.token.exposeText()}`, accept: "application/json" },
      namedBy: "configuration",
      purpose: "octo-sts",
      mayRepeat: () => ++doubts > 0,
    }),
  );
  const text = "answer" in outcome && outcome.answer.status === 200 ? textAt(objectOf(outcome.answer), "token") : "";
  if ("error" in outcome || !isToken(text)) {
    const error = "error" in outcome ? outcome.error : refusal(outcome.answer, ask);
    throw doubts > 0 || mayBeMade(outcome) ? withDoubt(error, unknownToken(name, endpoint)) : error;
  }
  const value = new Secret(name, text);
  if (ask.signal?.aborted === true) {
    await revokeInstallationToken(host, ask.api, value).catch(() => {});
    throw new SealError(
      "SOURCE",
      `The build ended while the secret ${name} was being asked for.`,
      "Nothing needs to be done.",
    );
  }
  const nowMs = host.now();
  // newer tokens are `ghs_<app>_<jwt>`, which tells its end
  const jwt = readJwt(text.replace(/^ghs_\d+_/, ""));
  const own = jwt.kind === "jwt" ? jwt.claims.expiresAt : undefined;
  const issue = issueOf(outcome.answer, nowMs);
  const notices = doubts === 0 ? [] : [warning(unknownToken(name, endpoint))];
  return { value, ...issue, expiresAt: own ?? new Date(issue.issuedAt.getTime() + lifeMs), notices };
}

function unknownToken(name: string, endpoint: string): string {
  return `${new URL(endpoint).host} gave no whole answer when it was asked for the secret ${name}: a token that nobody knows may be alive until its hour is over.`;
}

function refusal(answer: ExchangeAnswer, ask: InstallationExchange): SealError {
  const { name, host, endpoint, policy, identity } = ask;
  const words = wordsOf(answer, host, [identity.token.exposeText()]);
  const at = new URL(endpoint).host;
  const { why, remedy } = meaningOf(answer.status, words, at, policy, identity);
  return new SealError("SOURCE", `${at} gives no token for the secret ${name}: ${why} (${words}).`, remedy);
}

/** The codes are gRPC's, as HTTP statuses (google/rpc/code.proto); the words are those of pkg/octosts. */
function meaningOf(
  status: number,
  words: string,
  at: string,
  policy: PolicyPlace,
  identity: Identity,
): { readonly why: string; readonly remedy: string } {
  const claims = `The token says ${describeClaims(identity)}`;
  if (status === 404 && /parse|compile/i.test(words)) {
    return {
      why: `${policy.shown} cannot be understood`,
      remedy: "Correct that file: octo-sts takes no unknown keys.",
    };
  }
  const [owner = ""] = policy.scope.split("/");
  if (status === 404 && /no installation|installation \d+ not found/i.test(words)) {
    return {
      why: `its App is not installed at ${owner}`,
      remedy: `Install the octo-sts App there, on ${policy.repository} too.`,
    };
  }
  if (status === 404) {
    return {
      why: `it finds no ${policy.shown}, or its App is not installed there`,
      remedy: `Put the file on the default branch of ${policy.repository} and install the octo-sts App there; it remembers for five minutes that there was none.`,
    };
  }
  if (status === 403 && /organization policy/i.test(words)) {
    return {
      why: `${owner} does not take tokens of this issuer`,
      remedy: `${claims}. .github/chainguard/trusted-token-issuers.yaml in ${owner}/.github must list that issuer.`,
    };
  }
  if (status === 403 && /token exchange failure/i.test(words)) {
    return {
      why: `GitHub does not give what ${policy.shown} promises`,
      remedy: "Its permissions must be the App's own, and its repositories ones that the App is installed on.",
    };
  }
  if (status === 403) {
    return {
      why: `${policy.shown} does not trust this token`,
      remedy: `${claims}. The file's issuer and subject (or their patterns) must match that; its audience is ${at} unless it says another.`,
    };
  }
  if (status === 401) {
    return {
      why: "it cannot verify the token",
      remedy: `${claims}. Its issuer must publish its keys where ${at} can fetch them; check the clock.`,
    };
  }
  if (status === 400) {
    return {
      why: "it does not take the token's issuer, or the request",
      remedy: `${claims}. The issuer must be reachable from ${at} over https, and \`scope:\` and \`identityName:\` right.`,
    };
  }
  if (status === 429)
    return { why: "a rate limit is reached", remedy: "Let fewer jobs ask at once, or try again later." };
  if (status >= 500) return { why: "it has a fault of its own", remedy: "Try again later." };
  return { why: "its answer is none of octo-sts", remedy: "Check `endpoint:`." };
}
