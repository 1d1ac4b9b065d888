import { expect, test } from "vitest";
import type { Spot } from "../../../src/layer/spot.ts";
import { openReadAhead, pieceBytes } from "../../../src/scan/read-ahead.ts";
import { createSearch } from "../../../src/scan/search.ts";
import { createStrand } from "../../../src/scan/strand.ts";
import { createWindowPool } from "../../../src/scan/window-pool.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { createValue } from "../../e2e/value.ts";

const line = "a line of some text, of which there are many\n";

/** A text with the value at these places, each in a line of its own. */
function textWith(value: string, bytes: number, places: readonly number[]): string {
  let text = "";
  for (const place of places) {
    text += line.repeat(Math.max(0, Math.floor((place - text.length) / line.length)));
    text += `${value}\n`;
  }
  return text + line.repeat(Math.max(0, Math.floor((bytes - text.length) / line.length)));
}

test.each([
  ["in one window", 0, 100_000, [50_000, 99_900]],
  ["over two windows", 700_000, pieceBytes + 60_000, [700_010, pieceBytes - 20, pieceBytes + 100, pieceBytes + 59_000]],
  ["at the very end", 700_000, pieceBytes + 60_000, [700_010, pieceBytes + 59_000]],
  ["to the end of a window", 600_000, pieceBytes, [pieceBytes - 9000, pieceBytes - 100]],
] as const)("a file's lines are counted from its beginning: %s", async (_, start, bytes, places) => {
  const value = createValue();
  const file = textWith(
    value,
    bytes - start,
    places.map((place) => place - start),
  );
  const content = Buffer.from(`${"x\n".repeat(start / 2)}${file}`);
  const lines = file.split("\n").flatMap((text, index) => (text === value ? [index + 1] : []));
  const search = createSearch(needlesOf(new Secret("v", value), "scan"), [], 0);
  const spot = (offset: number): Spot =>
    offset < start
      ? { root: 1, path: ["other"], kind: "content", start: 0, end: start }
      : { root: 1, path: ["file"], kind: "content", start, end: content.length };
  const walker = { push: () => {}, end: () => {}, spot, forget: () => {} };
  const found: (number | undefined)[] = [];
  const strand = createStrand(
    search,
    walker,
    (hit) => found.push(hit.line),
    () => {},
    createWindowPool(search),
  );
  const read = (into: Buffer, from: number, to: number, at: number): number =>
    content.copy(into, from, at, at + to - from);
  const { next } = openReadAhead({ read }, search, () => {});
  await strand.follow(next, async () => {});
  strand.end();
  expect(lines).toHaveLength(places.length);
  expect(found).toEqual(lines);
});
