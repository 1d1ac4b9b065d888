import type { SealError } from "../../error.ts";
import { describeDuration } from "../../identity/duration.ts";
import { skewMsOf, wordsOf } from "../../identity/exchange/answer.ts";
import type { ExchangeAnswer } from "../../identity/exchange/exchange.ts";
import type { Host } from "../../identity/host.ts";
import { type Api, type ApiRequest, askApi } from "./api.ts";
import { signAppJwt } from "./app-jwt.ts";
import type { AppKey } from "./private-key.ts";
import { type Meaning, type RefusalReading, refusalOf } from "./refusal.ts";

/** A GitHub App that asks for one secret. It knows what it sent, so that no sentence of it can show any. */
export type App = {
  readonly name: string;
  readonly host: Host;
  readonly api: Api;
  /** "the GitHub App Iv23li…", for a sentence. */
  readonly shown: string;
  /** Shows who it is by a token that it signs; with the server's own time, where ours is wrong. */
  readonly ask: (what: string, request: Omit<ApiRequest, "bearer">) => Promise<ExchangeAnswer>;
  readonly hide: (value: string) => void;
  /** Whether a text is a part of what was sent that tells something: a word of three letters stands in every key. */
  readonly hides: (text: string) => boolean;
  /** The error for an answer that is none; `meaning` is what only this request can mean. */
  readonly refuse: (answer: ExchangeAnswer, what: string, meaning?: RefusalReading["meaning"]) => SealError;
  readonly notices: readonly string[];
};

export type AppOptions = {
  readonly name: string;
  readonly host: Host;
  readonly api: Api;
  /** Its client id, or its id. */
  readonly id: string;
  readonly key: AppKey;
};

const shortestPart = 12;
/** Of a token whose times GitHub cannot take: issued in its future, or expired already. */
const clockComplaint = /'(?:Issued at|Expiration time)' claim/i;

export function createApp({ name, host, api, id, key }: AppOptions): App {
  const shown = `the GitHub App ${id}`;
  const hidden = key.forms.flatMap((form) => form.exposeText().split("\n"));
  const notices: string[] = [];
  /** What is added to our clock's time to have GitHub's. */
  let correctionMs = 0;

  function send(what: string, request: Omit<ApiRequest, "bearer">): Promise<ExchangeAnswer> {
    const bearer = signAppJwt(key.key, id, host.now() + correctionMs);
    hidden.push(bearer, ...bearer.split("."));
    return askApi(host, api, what, { ...request, bearer });
  }

  async function ask(what: string, request: Omit<ApiRequest, "bearer">): Promise<ExchangeAnswer> {
    const answer = await send(what, request);
    const skewMs = skewMsOf(answer, host.now());
    const isClock = answer.status === 401 && clockComplaint.test(wordsOf(answer, host, hidden));
    if (!isClock || skewMs === undefined || correctionMs !== 0 || skewMs === 0) return answer;
    correctionMs = -skewMs;
    notices.push(`${clockSentence(skewMs)}; the secret ${name} was asked for by GitHub's time. Set the clock.`);
    return send(what, request);
  }

  return {
    name,
    host,
    api,
    shown,
    ask,
    hide: (value) => void hidden.push(value),
    hides: (part) => part.length >= shortestPart && hidden.some((value) => value.includes(part)),
    refuse: (answer, what, meaning = () => undefined) =>
      refusalOf(answer, {
        host,
        what,
        hidden,
        meaning: (status, words) => meaning(status, words) ?? appMeaning(status, words, answer, host.now(), shown),
      }),
    notices,
  };
}

/** What any request of an App may be refused for. */
function appMeaning(
  status: number,
  words: string,
  answer: ExchangeAnswer,
  nowMs: number,
  shown: string,
): Meaning | undefined {
  if (clockComplaint.test(words)) {
    const skewMs = skewMsOf(answer, nowMs);
    const why =
      skewMs === undefined ? "the time in what the App signed is not GitHub's" : lowered(clockSentence(skewMs));
    return { why, remedy: "Set this machine's clock (NTP)." };
  }
  if (status === 401 && /decoded|signature/i.test(words)) {
    return {
      why: `the key is not one of ${shown}`,
      remedy: "Use a key of this App that was not deleted (its settings, Private keys), and the App's own id.",
    };
  }
  if (/integration not found|'Issuer' claim/i.test(words)) {
    return {
      why: `there is no such App: ${shown}`,
      remedy: "Check `clientId:` or `appId:`, and `apiUrl:` where the App is on an Enterprise server.",
    };
  }
  return undefined;
}

function clockSentence(skewMs: number): string {
  return `This machine's clock is ${describeDuration(Math.abs(skewMs))} ${skewMs > 0 ? "ahead of" : "behind"} GitHub's`;
}

function lowered(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
