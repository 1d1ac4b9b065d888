import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMatching } from "../../../../../src/scan/user-rule/pattern/matching.ts";
import { compilePattern } from "../../../../../src/scan/user-rule/pattern/program.ts";
import { readPattern } from "../../../../../src/scan/user-rule/pattern/read-pattern.ts";
import { randomPattern, randomText } from "./random-pattern.ts";

const matchingOf = (pattern: string) => createMatching(compilePattern(readPattern(pattern)));
const find = (pattern: string, text: string, reach = 0) =>
  matchingOf(pattern).find({ text, first: 0, last: text.length, reach, limit: text.length });

// not as `(?i:…)` in JavaScript's: of V8 such a group can match what the flag for all would not
const randomFlags = fc.constantFrom("", "i", "s", "is");
const withFlags = (pattern: string, flags: string) => (flags === "" ? pattern : `(?${flags})${pattern}`);

/** The match and its groups that begin right at a place, as texts. */
function oursAt(pattern: string, text: string, at: number): (string | undefined)[] | undefined {
  const { matched } = matchingOf(pattern).find({ text, first: at, last: at, reach: 0, limit: text.length });
  if (matched === undefined) return undefined;
  const { slots } = matched;
  return Array.from({ length: slots.length / 2 }, (_, group) =>
    slots[2 * group]! < 0 ? undefined : text.slice(slots[2 * group], slots[2 * group + 1]),
  );
}

describe("a match", () => {
  test("is that of JavaScript, with its groups, for every pattern that both can read", () => {
    fc.assert(
      fc.property(randomPattern(true), randomFlags, randomText, (pattern, flags, text) => {
        const expression = new RegExp(pattern, `my${flags}`);
        for (let at = 0; at <= text.length; at++) {
          expression.lastIndex = at;
          const theirs = expression.exec(text);
          expect(oursAt(withFlags(pattern, flags), text, at)).toEqual(theirs === null ? undefined : [...theirs]);
        }
      }),
      { numRuns: 1500 },
    );
  });

  test("is the first of all, where there is one", () => {
    fc.assert(
      fc.property(randomPattern(false), randomFlags, randomText, (pattern, flags, text) => {
        const theirs = new RegExp(pattern, `m${flags}`).exec(text);
        const { matched } = find(withFlags(pattern, flags), text);
        expect(matched && [matched.slots[0], matched.slots[1]]).toEqual(
          theirs === null ? undefined : [theirs.index, theirs.index + theirs[0].length],
        );
      }),
      { numRuns: 1000 },
    );
  });

  test("goes on to where it has to reach, and not beyond its limit", () => {
    expect(find("a+?", "aaaa", 3).matched?.slots[1]).toBe(3);
    expect(find("a|ab|abc", "abc", 2).matched?.slots[1]).toBe(2);
    expect(find("abc", "abc", 4).matched).toBeUndefined();
    const matching = matchingOf("a+");
    const limited = matching.find({ text: "aaaa", first: 0, last: 4, reach: 0, limit: 3 });
    expect([...limited.matched!.slots]).toEqual([0, 3]);
  });

  test("sees what stands beside its limit", () => {
    const at = (pattern: string, limit: number) =>
      matchingOf(pattern).find({ text: "ab\nc", first: 0, last: 0, reach: 0, limit }).matched !== undefined;
    expect([at("a\\b", 1), at("a$", 1), at("ab$", 2), at("ab\\b", 2)]).toEqual([false, false, true, true]);
  });
});

describe("the steps that are taken", () => {
  const bound = (pattern: string, text: string) =>
    compilePattern(readPattern(pattern)).operations.length * (text.length + 1);

  test("are never more than the pattern's length times the text's", () => {
    fc.assert(
      fc.property(randomPattern(true), randomText, fc.nat(40), (pattern, text, pumped) => {
        const long = text.repeat(pumped);
        expect(find(pattern, long).steps).toBeLessThanOrEqual(bound(pattern, long));
        expect(find(pattern, long, Infinity).steps).toBeLessThanOrEqual(bound(pattern, long));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ["(?:a+)+b", "a"],
    ["(?:a|a)*b", "a"],
    ["(?:a|aa)+$b", "a"],
    ["(?:a{0,30}){0,30}b", "a"],
    ["(?:(?:a?){30}a{30})b", "a"],
    [".*.*.*=.*", "x"],
    ["(?:\\w+\\s?)*:", "word "],
    ["^(?:(?:[a-z])+.)+[A-Z](?:[a-z])+$", "a"],
  ])("%s stays so on text that is made against it", (pattern, pump) => {
    for (const count of [100, 1000]) {
      const text = pump.repeat(count);
      const { matched, steps } = find(pattern, text);
      expect(matched).toBeUndefined();
      expect(steps).toBeLessThanOrEqual(bound(pattern, text));
    }
  });
});
