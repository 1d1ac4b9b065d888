import fc from "fast-check";
import { expect, test } from "vitest";
import { linesOf, placeOf, sliceText } from "../../../src/workflow/sourced-text.ts";
import { readYaml } from "../../../src/workflow/yaml/read-yaml.ts";

function scalar(file: string) {
  const [value] = readYaml(file).documents;
  if (value?.kind !== "scalar") throw new Error("no scalar");
  return value.text;
}

/** What stands in the file for each of the words of a scalar. */
function places(file: string, words: readonly string[]): string[] {
  const sourced = scalar(file);
  return words.map((word) => {
    const from = sourced.text.indexOf(word);
    const { start, end } = placeOf(sourced, from, from + word.length);
    return file.slice(start, end);
  });
}

test("the place of a text goes to the end of its last escape", () => {
  expect(places('"a \\"b\\" \\x41\\u0042 c"', ['"b"', '"', "AB", "A", "B c"])).toEqual([
    '\\"b\\"',
    '\\"',
    "\\x41\\u0042",
    "\\x41",
    "\\u0042 c",
  ]);
  expect(places("'a ''b'' c'", ["'b'", "' c", "b"])).toEqual(["''b''", "'' c", "b"]);
});

test("a part of a part has the places of the whole, whatever is escaped or folded", () => {
  const piece = fc.constantFrom("a", "b ", '\\"', "\\x41", "\\n", "\n  ", "\\\n  ", "\\u00e9", "=", "\\\\");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.nat(), fc.nat(), fc.nat(), fc.nat(), (pieces, a, b, c, d) => {
      const sourced = scalar(`"x${pieces.join("")}y"`);
      const within = (length: number, one: number, two: number) =>
        [one % (length + 1), two % (length + 1)].sort((x, y) => x - y) as [number, number];
      const [from, to] = within(sourced.text.length, a, b);
      const part = sliceText(sourced, from, to);
      const [first, last] = within(part.text.length, c, d);
      expect(part.text).toBe(sourced.text.slice(from, to));
      if (last > first) expect(placeOf(part, first, last)).toEqual(placeOf(sourced, from + first, from + last));
    }),
    { numRuns: 3000, seed: 11 },
  );
});

test("lines have places of their own", () => {
  const file = "|\n  a\n\n   b \n";
  expect(linesOf(scalar(file)).map(({ text, start, end }) => [text, file.slice(start, end)])).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
});
