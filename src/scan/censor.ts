import type { Spot } from "../layer/spot.ts";
import type { Search } from "./search.ts";
import { createValueFinder } from "./value-finder.ts";

export type Censor = (text: string) => string;

const anywhere: Spot = { root: 0, path: [], kind: "content", start: 0, end: Number.POSITIVE_INFINITY };
/** Nothing that is shown needs to be longer; a hostile name could be. */
const longestText = 4096;

/** Takes out of a text whatever a search finds in it, and the values that rules found elsewhere. */
export function createCensor(search: Search, values: readonly string[]): Censor {
  const known = new Map<string, string>();
  const findValues = createValueFinder(values);

  function censor(text: string): string {
    const ranges: { start: number; end: number; name: string }[] = [];
    search.scanText(text, anywhere, ({ what, offset, length }) => {
      const name = what.kind === "known" ? `[secret ${what.name}]` : `[${what.verdict.what}]`;
      ranges.push({ start: offset, end: offset + length, name });
    });
    findValues(Buffer.from(text).toString("latin1"), (start, end) => {
      ranges.push({ start, end, name: "[secret]" });
    });
    const result = without(text, ranges);
    return result.length > longestText ? `${result.slice(0, longestText)}…` : result;
  }

  return (text) => {
    let result = known.get(text);
    if (result === undefined) {
      result = censor(text);
      known.set(text, result);
    }
    return result;
  };
}

/** Offsets are in the UTF-8 bytes of the text. */
function without(text: string, ranges: { start: number; end: number; name: string }[]): string {
  if (ranges.length === 0) return text;
  const bytes = Buffer.from(text);
  let result = "";
  let at = 0;
  for (const { start, end, name } of ranges.sort((a, b) => a.start - b.start || b.end - a.end)) {
    if (end <= at) continue;
    if (start >= at) result += bytes.toString("utf8", at, start) + name;
    at = end;
  }
  return result + bytes.toString("utf8", at);
}

/** Every string in a value of plain objects and arrays, censored. */
export function censorAll<T>(value: T, censor: Censor): T {
  if (typeof value === "string") return censor(value) as T;
  if (Array.isArray(value)) return value.map((one) => censorAll(one, censor)) as T;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, censorAll(one, censor)])) as T;
}
