import type { core } from "zod";
import { nearest } from "../nearest.ts";

/** What zod expects, by its own word for it. */
const nouns: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  tuple: "a list",
  object: "keys with values",
  record: "keys with values",
};

/**
 * What is wrong with a value, in place of zod's own words, which are a programmer's. What a schema says itself goes before
 * it. The value is not repeated: somebody may have put a secret there.
 */
export function wordOf(issue: core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `not ${nouns[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return issue.values.length === 1 ? `not ${String(issue.values[0])}` : `none of ${issue.values.join(", ")}`;
    case "too_small":
      return tooSmall(issue.origin, Number(issue.minimum), issue.inclusive !== false);
    case "too_big":
      return `${amountOf[issue.origin] ?? ""}more than ${issue.maximum}${unitOf[issue.origin] ?? ""}`;
    default:
      return "not what can stand here";
  }
}

const amountOf: Readonly<Record<string, string>> = { string: "a text of ", array: "a list of " };
const unitOf: Readonly<Record<string, string>> = { string: " characters", array: " entries" };

function tooSmall(origin: string, minimum: number, inclusive: boolean): string {
  if (origin === "array") return tooFew(minimum);
  if (origin === "string" && minimum === 1) return "an empty text";
  if (!inclusive) return `not more than ${minimum}`;
  return `${amountOf[origin] ?? ""}less than ${minimum}${unitOf[origin] ?? ""}`;
}

/** Of a list. */
export function tooFew(minimum: number): string {
  return minimum === 1 ? "an empty list" : `a list of less than ${minimum} entries`;
}

/** Of values that no branch of a union takes: what would have been taken. */
export function wordOfAll(issues: readonly core.$ZodIssue[]): string {
  const wanted = issues.flatMap((issue) => (issue.code === "invalid_type" ? [nouns[issue.expected]] : []));
  return `not ${[...new Set(wanted)].join(" or ")}`;
}

/** What to do about it, where that can be told from what stands there. */
export function remedyFor(issue: core.$ZodIssue, given: unknown): string | undefined {
  if (issue.code === "invalid_value") return remedyForChoice(issue.values.map(String), given);
  if (issue.code !== "invalid_type") return undefined;
  const isText = typeof given === "string";
  switch (nouns[issue.expected]) {
    case "a text":
      return typeof given === "number" || typeof given === "boolean" ? "Put it in quotes" : undefined;
    case "a list":
      return isText ? "Write it as a list: `[one, two]`" : undefined;
    case "keys with values":
      return isText ? "Write its keys: `{ key: value }`" : undefined;
    default:
      return isText && /^(?:\d+|true|false)$/.test(given) ? "Take the quotes off" : undefined;
  }
}

/** "Did you mean" of words that may stand there. */
export function remedyForChoice(choices: readonly string[], given: unknown): string | undefined {
  if (typeof given !== "string") return undefined;
  if (choices.includes(given)) return "Take the quotes off";
  const meant = nearest(given, choices);
  return meant === undefined ? undefined : `Did you mean \`${meant}\`?`;
}
