import { NotHere, SealError } from "../error.ts";
import { objectOf, textAt, wordsOf } from "./exchange/answer.ts";
import { type ExchangeAnswer, ExchangeError } from "./exchange/exchange.ts";
import { forkOf } from "./fork.ts";
import type { Host } from "./host.ts";
import { type IdentityProvider, NotSetUp } from "./identity.ts";
import { readJwt } from "./jwt.ts";
import { isOtherForge } from "./other-forge.ts";
import { identityFromToken } from "./token.ts";

export type GithubOptions = { readonly audience?: string | undefined };

const urlVariable = "ACTIONS_ID_TOKEN_REQUEST_URL";
const tokenVariable = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";
/** An event's file holds what a webhook brings, which GitHub caps at 25 MB. */
const eventLimitBytes = 32 << 20;

/**
 * The identity of a GitHub Actions job, asked for anew at each call: a token lives for 5 minutes, the right to ask for one
 * for about 6 hours. Without an audience GitHub makes it for the URL of the repository's owner.
 */
export function createGithubProvider(name: string, options: GithubOptions, host: Host): IdentityProvider {
  return async (ask) => {
    const url = host.environment[urlVariable] ?? "";
    const requestToken = host.environment[tokenVariable] ?? "";
    if (url === "" && requestToken === "") return whyNone(host);
    if (url === "" || requestToken === "") {
      const [there, missing] = url === "" ? [tokenVariable, urlVariable] : [urlVariable, tokenVariable];
      const message = `${there} is set, but ${missing} is not: GitHub sets both, and asking takes both.`;
      throw new SealError("IDENTITY", message, "Hand both on to where buildseal runs, or neither.");
    }
    const audience = ask.audience ?? options.audience;
    const answer = await askGithub(withAudience(url, audience), requestToken, host, ask.signal);
    const value = answer.status === 200 ? textAt(objectOf(answer), "value") : undefined;
    if (value === undefined) throw refused(answer, url, requestToken, host);
    return identityFromToken(new TextEncoder().encode(value), {
      name,
      from: "github",
      place: "GitHub's answer",
      audiences: audience === undefined ? [] : [audience],
      renewal: "mint",
      nowMs: host.now(),
      remedy: {
        content: `See that ${urlVariable} is the one that GitHub set.`,
        expired: "Check this machine's clock: the token was made just now.",
        audience: `See that ${urlVariable} is the one that GitHub set: it was asked for that audience.`,
      },
    });
  };
}

/** As actions/toolkit does it (packages/core/src/oidc-utils.ts): the URL has a query already, which stays as it is. */
function withAudience(url: string, audience: string | undefined): string {
  if (audience === undefined) return url;
  return `${url}${url.includes("?") ? "&" : "?"}audience=${encodeURIComponent(audience)}`;
}

async function askGithub(
  url: string,
  requestToken: string,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<ExchangeAnswer> {
  try {
    return await host.exchange({
      url,
      headers: { authorization: `Bearer ${requestToken}`, accept: "application/json" },
      namedBy: "platform",
      purpose: "github-identity",
      signal,
    });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    const message = `GitHub gave no identity token: ${error.message}.`;
    throw new SealError("IDENTITY", message, error.remedy, { cause: error });
  }
}

function refused(answer: ExchangeAnswer, url: string, requestToken: string, host: Host): SealError {
  const words = wordsOf(answer, host, [requestToken]);
  const server = URL.parse(url)?.host ?? "GitHub";
  if (answer.status === 200) {
    const message = `${server} answered without an identity token (no \`value\`).`;
    return new SealError("IDENTITY", message, `See that ${urlVariable} is the one that GitHub set.`);
  }
  const right = readJwt(requestToken);
  const rightEndsMs = right.kind === "jwt" ? right.claims.expiresAt?.getTime() : undefined;
  const isOver = rightEndsMs !== undefined && rightEndsMs < host.now();
  const message = `GitHub gave no identity token: ${server} answered with ${words}.`;
  if (isOver) {
    const remedy =
      "A job may ask for identity tokens for about 6 hours, and that time is over: split the job, or make it shorter.";
    return new SealError("IDENTITY", message, remedy);
  }
  const isRefusal = answer.status >= 400 && answer.status < 500 && answer.status !== 429;
  const remedy = isRefusal
    ? `See that the job has \`permissions: id-token: write\`, and that ${urlVariable} and ${tokenVariable} are this job's own.`
    : "It is GitHub that does not answer well: try again later.";
  return new SealError("IDENTITY", message, remedy);
}

async function whyNone(host: Host): Promise<NotHere> {
  // other forges have other ways to ask
  if (host.environment["GITHUB_ACTIONS"] !== "true" || isOtherForge(host.environment)) {
    return new NotHere(`neither ${urlVariable} nor ${tokenVariable} is set`);
  }
  const fork = await forkOf(host.environment, async (path) => {
    const read = await host.readFile(path, eventLimitBytes);
    return read.kind === "read" ? new TextDecoder().decode(read.bytes) : undefined;
  });
  if (fork !== undefined && host.environment["GITHUB_EVENT_NAME"] === "pull_request") {
    return new NotSetUp(`${fork}, and GitHub gives such a job no identity token`);
  }
  return new NotSetUp(
    "the job has no `permissions: id-token: write` (a reusable workflow needs it in the job that calls it, too)",
  );
}
