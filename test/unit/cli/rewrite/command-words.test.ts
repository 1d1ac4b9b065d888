import { describe, expect, it } from "vitest";
import { commandWords } from "../../../../src/cli/rewrite/command-words.ts";

const words = (text: string) => commandWords(text, "--render");

describe("a command's words", () => {
  it.each([
    ["render {}", ["render", "{}"]],
    ["  a\t b ", ["a", "b"]],
    [`a 'b c' "d e" f\\ g`, ["a", "b c", "d e", "f g"]],
    [`a"b"'c' ""`, ["abc", ""]],
    [`"\\"\\$\\x"`, ['"$\\x']],
    ["sh -c 'cat {} | x > $Y'", ["sh", "-c", "cat {} | x > $Y"]],
  ])("are split as a shell does it: %s", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it.each([
    ["a | b", "only a shell understands"],
    ["a $X", "only a shell understands"],
    ["a 'b", "has an open '"],
    ["  ", "names no command"],
  ])("are refused where a shell would do something with them: %s", (text, reason) => {
    expect(() => words(text)).toThrow(reason);
  });
});
