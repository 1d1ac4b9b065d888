import { expect, test } from "vitest";
import { canHold, positionsOf } from "../../../../../src/scan/user-rule/pattern/positions.ts";
import { readPattern } from "../../../../../src/scan/user-rule/pattern/read-pattern.ts";

const positions = (pattern: string) => positionsOf(readPattern(pattern).node);

test("a pattern with too many ways through it is refused for its size", () => {
  expect(() => positions(`(?:${"a?".repeat(700)})`)).toThrow("too many ways");
  expect(() => positions("(?:[a-z]{1000}){5}")).toThrow("too large");
});

test.each<[string, string, boolean, boolean]>([
  ["acme_[a-z]+", "acme", false, true],
  ["acme_[a-z]+", "e_xyz", false, true],
  ["acme_[a-z]+", "9acme", false, false],
  ["acme_[a-z]+", "e_X", false, false],
  ["acme_[a-z]+", "ACME", true, true],
  ["(?i)acme", "aCmE", true, true],
  ["(?:ab)+", "baba", false, true],
  ["(?:ab){2}", "ababa", false, false],
])("whether a match of %s can hold %s", (pattern, text, anyCase, can) => {
  expect(canHold(positions(pattern), text, anyCase)).toBe(can);
});
