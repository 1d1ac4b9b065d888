import { describe, expect, test } from "vitest";
import { PatternProblem } from "../../../../../src/scan/user-rule/pattern/node.ts";
import { readPattern } from "../../../../../src/scan/user-rule/pattern/read-pattern.ts";
import { matchesOf } from "./reading.ts";

function problem(pattern: string): string {
  try {
    readPattern(pattern);
  } catch (error) {
    expect(error).toBeInstanceOf(PatternProblem);
    return (error as Error).message;
  }
  throw new Error("it was read");
}

describe("a pattern that is refused says why, and at which character", () => {
  test.each([
    ["ab(c", "character 3: this group has no end"],
    ["ab)c", "character 3: this bracket closes no group"],
    ["a[bc", "character 2: this class has no end"],
    ["a[]b]", "character 2: an empty class"],
    ["[b-a]", "character 3: this range ends before it begins"],
    ["[a-\\w]", "character 3: a range cannot end with a class"],
    ["[[:ascii:][:constructor:]]", "character 11: there is no class of this name"],
    ["*a", "character 1: there is nothing to repeat"],
    ["a|+", "character 3: there is nothing to repeat"],
    ["^*", "character 2: there is nothing to repeat"],
    ["a{2}{3}", "character 5: this repeats a repetition"],
    ["a++", "character 3: this repeats a repetition"],
    ["a{3,2}", "character 2: the least count is more than the most"],
    ["a{1001}", "character 2: nothing is counted further than 1000"],
    ["a{999999}", "character 2: nothing is counted further than 1000"],
    [`a{1,${"9".repeat(400)}}`, "character 2: nothing is counted further than 1000"],
    ["(a)\\1", "character 4: no pattern can refer back"],
    ["(?<n>a)\\k<n>", "character 8: no pattern can refer back"],
    ["(?<n>a)(?P<n>b)", "character 8: another group has this name"],
    ["a(?=b)", "character 2: no pattern can look ahead or behind"],
    ["(?<!a)b", "character 1: no pattern can look ahead or behind"],
    ["(?>a)", "character 1: there is no group of this kind"],
    ["(?-m)a", "character 1: `^` and `$` are always those of a line"],
    ["a\\z", "character 2: there is no start or end of the text"],
    ["\\p{L}", "character 1: there are no Unicode properties"],
    ["\\q", "character 1: this backslash escapes nothing"],
    ["a\\", "character 2: a backslash at the end"],
    ["\\x{100}", "character 1: there is no such byte"],
    ["\bacme", "character 1: a control character: in YAML write the pattern between single quotes"],
    ["acme\n", "character 5: a control character"],
    ["aé", "character 2: this character is none of ASCII"],
    ["[é]", "character 2: this character is none of ASCII"],
    [`${"(".repeat(101)}a${")".repeat(101)}`, "character 102: more than 100 groups"],
    ["a".repeat(10_001), "it is longer than 10000 characters"],
  ])("%s", (pattern, why) => {
    expect(problem(pattern)).toContain(why);
  });
});

test("a hundred groups may lie within each other", () => {
  expect(readPattern(`${"(".repeat(100)}a${")".repeat(100)}`).groups).toHaveLength(100);
});

test("groups are counted by their brackets, and those with names are known by them", () => {
  expect(readPattern("(a(?:b)(?P<x>c))(?<y>d)").groups).toEqual([undefined, "x", "y"]);
});

/** What a pattern matches first in a text. */
function first(pattern: string, text: string): string | undefined {
  const [match] = matchesOf(pattern, text).filter(({ start, end }) => end > start);
  return match && text.slice(match.start, match.end);
}

describe("a pattern means what it means in JavaScript and RE2", () => {
  test.each([
    ["(?i)aB", "xAb", "Ab"],
    ["a(?i)b", "aB", "aB"],
    ["a(?i)b", "Ab", undefined],
    ["(?i:a)b", "Ab", "Ab"],
    ["(?i)a(?-i:b)", "AB", undefined],
    ["(a(?i)b)c", "aBC", undefined],
    ["a(?i)b|c", "C", "C"],
    ["(?i)[^a]", "Ab", "b"],
    ["(?s)a.b", "a\nb", "a\nb"],
    ["a.b", "a\nb", undefined],
    ["a.b", "a\rb", undefined],
    ["^b$", "a\nb\r\nc", "b"],
    ["[[:upper:]_]+", "aB_c", "B_"],
    ["[[:^digit:]]+", "1ab2", "ab"],
    ["[\\w.-]+", " a.b-c ", "a.b-c"],
    ["[a\\]-]+", "xa]-", "a]-"],
    ["[-a]+", "b-a", "-a"],
    ["[\\b]", "a\bc", "\b"],
    ["\\x41\\x{42}\\u0043", "ABC", "ABC"],
    ["\\xc3\\xa9", "caf\xc3\xa9", "\xc3\xa9"],
    ["a{,2}", "a{,2}", "a{,2}"],
    ["a{1", "aa{1", "a{1"],
    ["{}]", "x{}]", "{}]"],
    ["\\/\\.\\$", "/.$", "/.$"],
    ["\\t\\0", "\t\0", "\t\0"],
    ["(?P<name>ab)", "ab", "ab"],
  ])("%s in %j is %j", (pattern, text, wanted) => {
    expect(first(pattern, text)).toBe(wanted);
  });
});
