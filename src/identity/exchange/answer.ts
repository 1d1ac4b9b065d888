import { describeDuration } from "../duration.ts";
import { hideUnknown } from "../hidden.ts";
import type { Host } from "../host.ts";
import { plain } from "../quoted.ts";
import type { ExchangeAnswer } from "./exchange.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The body as text; bytes that are not UTF-8 become U+FFFD. It may hold a credential: never show it. */
export function textOf({ body }: ExchangeAnswer): string {
  return new TextDecoder().decode(body);
}

/** The body, if it is one JSON object. */
export function objectOf(answer: ExchangeAnswer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(textOf(answer));
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text under a key, if it is one and not empty. */
export function textAt(object: JsonObject | undefined, key: string): string | undefined {
  const value = object?.[key];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Where issuers say what went wrong: OAuth (RFC 6749 §5.2), GitHub, Hugging Face, Nosana, problem details (RFC 9457). */
const errorKeys = ["error", "error_description", "message", "Message", "type", "title", "detail"];
const codePattern = /^[\w.:-]{1,60}$/;

/**
 * What an issuer said, as the end of a sentence: its status, of its body the texts under the keys that errors have, on one
 * line, without anything that could be a value (an answer may repeat what it was sent), and when it wants to be asked again.
 *
 * @param hidden values that were sent, to be taken out whatever they look like
 */
export function wordsOf(
  answer: ExchangeAnswer,
  host: Pick<Host, "mask" | "environment">,
  hidden: readonly string[] = [],
): string {
  const object = objectOf(answer);
  const inner = isObject(object?.["error"]) ? object["error"] : object;
  const texts = errorKeys.flatMap((key) => textAt(inner, key) ?? []);
  const said = [...new Set(texts)].map((text) => plain(hideUnknown(text, host, hidden), 200));
  const words = said.length === 0 ? `status ${answer.status}` : `status ${answer.status}: ${said.join("; ")}`;
  const waitMs = retryAfterMs(answer, Date.parse(answer.header("date") ?? "")) ?? 0;
  return waitMs === 0 ? words : `${words}; ask again in ${describeDuration(waitMs)}`;
}

/** How long the server wants to be left alone. RFC 9110 §10.2.3: seconds, or a date, which is held against `nowMs`. */
export function retryAfterMs(answer: ExchangeAnswer, nowMs: number): number | undefined {
  const value = answer.header("retry-after")?.trim();
  if (value === undefined || value === "") return undefined;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const waitMs = Date.parse(value) - nowMs;
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** A short machine-readable code under a key (`invalid_grant`), or nothing. */
export function codeAt(object: JsonObject | undefined, key: string): string | undefined {
  const text = textAt(object, key);
  return text !== undefined && codePattern.test(text) ? text : undefined;
}

/** How far this machine's clock is ahead of the server's, in milliseconds: by its Date header, which has whole seconds. */
export function skewMsOf(answer: ExchangeAnswer, nowMs: number): number | undefined {
  const serverMs = Date.parse(answer.header("date") ?? "");
  return Number.isNaN(serverMs) ? undefined : nowMs - serverMs;
}
