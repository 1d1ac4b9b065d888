import { describe, expect, test } from "vitest";
import { refuseOverlap } from "../../../../../src/scan/user-rule/pattern/overlap.ts";
import { positionsOf } from "../../../../../src/scan/user-rule/pattern/positions.ts";
import { readPattern } from "../../../../../src/scan/user-rule/pattern/read-pattern.ts";

const positions = (pattern: string) => positionsOf(readPattern(pattern).node);

describe("a pattern that can take for ever elsewhere is refused", () => {
  test.each([
    ["(a+)+$", "character 5: this repetition can match one text in many ways"],
    ["(a*)*b", "character 5"],
    ["(?:a|a)*", "character 8"],
    ["(?:a|aa)+b", "character 9"],
    ["(?:a|b|ab)*c", "character 11"],
    ["(?:\\w+\\s?)*:", "character 11"],
    ["(?:a*b*)*", "character 9"],
    ["(?:a?b?a?)*c", "character 11"],
    ["(?:a{1,2})+b", "character 11"],
    ["^(([a-z])+.)+[A-Z]([a-z])+$", "can match one text in many ways"],
    ["key_(?:(?:x+y?)+z)+", "can match one text in many ways"],
  ])("for its time can double: %s", (pattern, why) => {
    expect(() => refuseOverlap(positions(pattern))).toThrow(why);
  });

  test.each([
    ["\\w*token\\w*=", "character 3: this repetition and that at character 11"],
    [".*=.*", "character 2: this repetition and that at character 5"],
    ["a*a*b", "character 2: this repetition and that at character 4"],
    ["[\\w.]+x?[\\w-]+", "character 6: this repetition and that at character 14"],
    ["\\s*,?\\s*$", "this repetition and that"],
    ["(?:a*){2}", "the copies of this repetition"],
    ["(?:ab)*(?:ab|c)*d", "this repetition and that"],
  ])("for its time can grow with the square: %s", (pattern, why) => {
    expect(() => refuseOverlap(positions(pattern))).toThrow(why);
  });
});

describe("a pattern that cannot is taken", () => {
  test.each([
    "acme_[a-z0-9]{32}",
    "\\w+\\s*=\\s*\\w+",
    "(?:\\w+\\.)+\\w+",
    "(?:[a-z]+-)*[a-z]+\\b",
    '"[^"]*"\\s*:\\s*"[^"]*"',
    "(?:ab|cd)+x*",
    "[\\w.-]{0,50}?(?:acme)(?:[ \\t\\w.-]{0,20})[\\s'\"]{0,3}(?:=|>|:{1,3}=|\\|\\||:|=>|\\?=|,)[\\x60'\"\\s=]{0,5}([a-z0-9]{32})",
    "(?:a{0,30}){0,30}b",
    "a+b+c+",
    "(?:x[0-9]{4}y)+",
    "(?:(?:[a-z]{40}){20})",
  ])("%s", (pattern) => {
    expect(() => refuseOverlap(positions(pattern))).not.toThrow();
  });

  test("whatever its size: the looks that are taken are counted", () => {
    const words = Array.from({ length: 300 }, (_, index) => `[a-z]${index}[a-z]`).join("|");
    expect(() => refuseOverlap(positions(`(?:${words})+`))).not.toThrow();
  });
});
