import { decode } from "./text.ts";
import { skipSpace } from "./white-space.ts";

/** "mixed" is an array of other things than strings: an error in BuildKit. undefined: no JSON form. */
export type JsonForm = readonly string[] | "mixed" | undefined;

/** Arguments (one character a byte) as the JSON form, by what Go's encoding/json accepts. */
export function parseJsonForm(text: string): JsonForm {
  const start = skipSpace(text, 0, text.length);
  if (text.charAt(start) !== "[") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(decode(text.slice(start)));
  } catch {
    return undefined;
  }
  const list = value as unknown[];
  if (list.every((item): item is string => typeof item === "string")) return list.map((item) => item.toWellFormed());
  return goRefuses(list) ? undefined : "mixed";
}

const DEEPEST_IN_GO = 10_000;

// Go's decoder refuses numbers beyond a double and documents nested too deep; JavaScript's does not.
function goRefuses(list: readonly unknown[]): boolean {
  let level: unknown[] = [list];
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > DEEPEST_IN_GO) return true;
    const next: unknown[] = [];
    for (const item of level) {
      for (const inner of Object.values(item as object)) {
        if (typeof inner === "number" && !Number.isFinite(inner)) return true;
        if (typeof inner === "object" && inner !== null) next.push(inner);
      }
    }
    level = next;
  }
  return false;
}
