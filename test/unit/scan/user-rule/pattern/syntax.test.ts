import { expect, test } from "vitest";
import { matchesOf } from "./reading.ts";

/** What a pattern matches first in a text. */
function first(pattern: string, text: string): string | undefined {
  const [match] = matchesOf(pattern, text).filter(({ start, end }) => end > start);
  return match && text.slice(match.start, match.end);
}

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
