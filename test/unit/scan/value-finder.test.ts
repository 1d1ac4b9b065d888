import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createValueFinder } from "../../../src/scan/value-finder.ts";

function found(values: readonly string[], text: string): string[] {
  const all: string[] = [];
  createValueFinder(values)(text, (start, end) => all.push(`${start} ${end}`));
  return all.sort();
}

test("every value is found wherever it stands, whatever it begins like or overlaps", () => {
  const letter = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 6, maxLength: 120 });
  fc.assert(
    fc.property(fc.array(letter, { minLength: 1, maxLength: 8 }), letter, (values, rest) => {
      const text = `${rest}${values.join("")}${rest}`;
      const wanted = [...new Set(values)].flatMap((value) => {
        const all: string[] = [];
        for (let at = text.indexOf(value); at !== -1; at = text.indexOf(value, at + 1))
          all.push(`${at} ${at + value.length}`);
        return all;
      });
      expect(found(values, text)).toEqual(wanted.sort());
    }),
  );
});

test("a value of fewer than six characters is left out", () => {
  expect(found(["abcde", ""], "abcde abcde")).toEqual([]);
});

test("a hundred thousand values that begin alike cost no more than others", () => {
  const start = "eyJhbGciOiJSUzI1NiJ9.";
  const values = Array.from({ length: 100_000 }, () => `${start}${randomBytes(60).toString("base64url")}`);
  const text = `${start.repeat(2000)}${values[7]}`;
  expect(found(values, text)).toEqual([`${text.length - values[7]!.length} ${text.length}`]);
});
