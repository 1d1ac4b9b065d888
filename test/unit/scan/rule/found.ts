import type { ContentRule, PlaceRule, Verdict } from "../../../../src/scan/rule.ts";
import { createSearch } from "../../../../src/scan/search.ts";
import { now } from "./made-secret.ts";

/** What one rule finds in a text, through the search itself. */
export function found(rule: ContentRule, text: string, path = "etc/file"): Verdict[] {
  const hits: Verdict[] = [];
  const spot = { root: 1, path: [path], kind: "content", start: 0, end: Buffer.byteLength(text) } as const;
  createSearch([], [rule], now).scanText(text, spot, ({ what, offset }) => {
    // Several literals can lead to one thing.
    if (what.kind === "pattern" && !hits.some((hit) => hit.start === offset))
      hits.push({ ...what.verdict, start: offset });
  });
  return hits;
}

/** What a rule reads in a file at a place; undefined where it does not look. */
export function read(rule: PlaceRule, text: string, path: string): Verdict[] | undefined {
  return rule.place.test(path) ? rule.read(text, { path, now }) : undefined;
}
