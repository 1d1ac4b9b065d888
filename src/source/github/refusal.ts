import { SealError } from "../../error.ts";
import { describeDuration } from "../../identity/duration.ts";
import { skewMsOf, wordsOf } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import type { Host } from "../../identity/host.ts";

/** What an answer means for this request: a clause, and what to do. */
export type Meaning = { readonly why: string; readonly remedy: string };

export type RefusalReading = {
  readonly host: Pick<Host, "mask" | "environment" | "now">;
  /** Begins the sentence: "GitHub (api.github.com) gives no installation token for the secret forge". */
  readonly what: string;
  /** What was sent. */
  readonly hidden: readonly string[];
  /** By status and words, what only this request can mean. */
  readonly meaning: (status: number, words: string) => Meaning | undefined;
};

/** Why GitHub refused, as a sentence. Whatever the body says, no value that was sent is in it. */
export function refusalOf(answer: ExchangeAnswer, { host, what, hidden, meaning }: RefusalReading): SealError {
  const words = wordsOf(answer, host, hidden);
  const { why, remedy } =
    limitMeaning(answer, words, host.now()) ?? meaning(answer.status, words) ?? usualMeaning(answer.status, words);
  return new SealError("SOURCE", `${what}: ${why} (${words}).`, remedy);
}

/** A rate limit is 429, or 403 with its own headers or words (GitHub, "Rate limits for the REST API"). */
function limitMeaning(answer: ExchangeAnswer, words: string, nowMs: number): Meaning | undefined {
  const { status } = answer;
  const isLimit =
    status === 429 ||
    (status === 403 &&
      (answer.header("x-ratelimit-remaining") === "0" ||
        answer.header("retry-after") !== undefined ||
        /rate limit|abuse detection/i.test(words)));
  if (!isLimit) return undefined;
  return {
    why: "its rate limit is reached",
    remedy: `${liftedAt(answer, nowMs)}; let fewer jobs ask with this App at once.`,
  };
}

/** `x-ratelimit-reset` is seconds since 1970, on GitHub's clock; `retry-after` a number of seconds. */
function liftedAt(answer: ExchangeAnswer, nowMs: number): string {
  const reset = Number(answer.header("x-ratelimit-reset") ?? Number.NaN) * 1000 + (skewMsOf(answer, nowMs) ?? 0);
  const waitMs =
    answer.header("retry-after") === undefined ? reset - nowMs : Number(answer.header("retry-after")) * 1000;
  return Number.isFinite(waitMs) && waitMs >= 0
    ? `It is lifted in ${describeDuration(waitMs)}`
    : "Try again in a few minutes";
}

function usualMeaning(status: number, words: string): Meaning {
  if (status >= 500) return { why: "it has a fault of its own", remedy: "Try again later; see GitHub's status page." };
  if (/suspended/i.test(words)) {
    return {
      why: "the App's installation is suspended",
      remedy: "Whoever suspended it can unsuspend it (the account's or organisation's settings, GitHub Apps).",
    };
  }
  if (status === 401) {
    return { why: "it does not know who asks", remedy: "See that the App and its key are still there." };
  }
  if (status === 403) {
    return {
      why: "the App may not do that",
      remedy:
        "Check the App's permissions and that its new ones were accepted; an IP allow list can be in the way too.",
    };
  }
  if (status >= 200 && status < 300) {
    return { why: "its answer cannot be understood", remedy: "Check `apiUrl:`: this is no answer of GitHub's API." };
  }
  return {
    why: "it refuses",
    remedy: "Check the keys of this secret's entry, and `apiUrl:` (an Enterprise server's ends in /api/v3).",
  };
}
