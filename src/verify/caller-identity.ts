import type { Http, HttpAnswer } from "../image/registry/http.ts";
import type { IssuedKey } from "../scan/rule.ts";
import { signed } from "./signature.ts";
import type { StsPlace } from "./sts-place.ts";

/** What an issuer says of a key. */
export type Answer =
  /** It opens an account: `account` is masked, `principal` is what kind of identity it is. */
  | { readonly kind: "valid"; readonly account: string; readonly principal: string }
  | { readonly kind: "expired" }
  /** Deleted, deactivated, of another partition, or never a key. */
  | { readonly kind: "unknown" }
  /** The id is known, and this is not its secret. */
  | { readonly kind: "mismatch" }
  /** `reached`: it is about this key, not about AWS. */
  | { readonly kind: "untold"; readonly why: string; readonly reached: boolean };

/** What is needed of the world around. */
export type VerifyHost = {
  readonly http: Http;
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** An answer has less than 2 KB. */
const mostBytes = 1 << 16;
/** For the whole of an answer, beside what `http` allows for its pieces. */
const longestMs = 20_000;
const tries = 3;
const shortestWaitMs = 250;
const longestWaitMs = 5000;

const request = {
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
  body: "Action=GetCallerIdentity&Version=2011-06-15",
} as const;

/**
 * Asks STS whose key it is (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html): it needs no
 * permission, and changes nothing. Never rejects.
 */
export async function askCallerIdentity(key: IssuedKey, place: StsPlace, host: VerifyHost): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const { answer, pauseMs } = await askOnce(key, place, host);
    if (pauseMs === undefined || attempt === tries) return answer;
    await host.wait(Math.min(longestWaitMs, Math.max(pauseMs, shortestWaitMs * 2 ** attempt)));
  }
}

/** `pauseMs`: it may go better after that. */
type Asked = { readonly answer: Answer; readonly pauseMs?: number };

async function askOnce(key: IssuedKey, { url, region }: StsPlace, { http, now }: VerifyHost): Promise<Asked> {
  const began = now();
  const headers = signed({ ...request, host: url.host }, key, { region, service: "sts" }, began);
  try {
    const response = await http({ ...request, url: url.href, headers });
    const text = await readText(response, () => now() - began > longestMs);
    if (text === undefined) return { answer: untold(`${url.host} did not answer in time, or too much`) };
    return meaningOf(response, text, url.host);
  } catch (error) {
    // by its contract it says what host and what went wrong, and nothing of the request
    return { answer: untold(error instanceof Error ? error.message : `${url.host} could not be reached`), pauseMs: 0 };
  }
}

async function readText({ body, cancel }: HttpAnswer, isOver: () => boolean): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  let isWhole = true;
  for await (const part of body) {
    length += part.length;
    isWhole = length <= mostBytes && !isOver();
    if (!isWhole) break;
    parts.push(part);
  }
  if (!isWhole) cancel();
  return isWhole ? Buffer.concat(parts).toString("utf8") : undefined;
}

function meaningOf({ status, header }: HttpAnswer, text: string, host: string): Asked {
  if (status === 200) return { answer: identityIn(text) ?? untold(`${host} did not answer as AWS does`) };
  const code = /<Code>\s*([A-Za-z][A-Za-z0-9.]{0,63})\s*<\/Code>/.exec(text)?.[1];
  const said = code === undefined ? `${host} answered ${status}` : `${host} answered ${code}`;
  if (status === 429 || status >= 500 || code === "Throttling" || code === "ThrottlingException") {
    const asked = Number(header("retry-after"));
    return { answer: untold(said), pauseMs: Number.isFinite(asked) && asked > 0 ? asked * 1000 : 0 };
  }
  switch (code) {
    case "ExpiredToken":
    case "ExpiredTokenException":
      return { answer: { kind: "expired" } };
    case "InvalidClientTokenId":
    case "UnrecognizedClientException":
    case "InvalidAccessKeyId":
    case "InvalidToken":
      return { answer: { kind: "unknown" } };
    case "SignatureDoesNotMatch":
      return { answer: isOfClock(text) ? untold("this machine's clock is wrong, says AWS") : { kind: "mismatch" } };
    default:
      return { answer: untold(said, status < 500) };
  }
}

/** A time that is more than fifteen minutes off is told by the same code. */
function isOfClock(text: string): boolean {
  return /Signature (?:expired|not yet current)/i.test(text);
}

const principals: Readonly<Record<string, string>> = {
  root: "the account's root user",
  user: "an IAM user",
  "assumed-role": "a role's session",
  "federated-user": "a federated user",
};

function identityIn(text: string): Answer | undefined {
  const account = /<Account>\s*(\d{12})\s*<\/Account>/.exec(text)?.[1];
  const kind = /<Arn>\s*arn:[a-z-]{3,20}:(?:iam|sts)::\d{12}:([a-z-]{1,20})(?=[/<\s])/.exec(text)?.[1];
  if (account === undefined || kind === undefined) return undefined;
  const principal = Object.hasOwn(principals, kind) ? principals[kind]! : "an identity";
  return { kind: "valid", account: `…${account.slice(-4)}`, principal };
}

function untold(why: string, reached = false): Answer {
  return { kind: "untold", why, reached };
}
