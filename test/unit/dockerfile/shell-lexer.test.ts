import { describe, expect, it } from "vitest";
import { lex } from "../../../src/dockerfile/shell-lexer.ts";

const values = new Map([
  ["A", "a b"],
  ["E", ""],
  ["P", "/x/y.tar.gz"],
]);

function words(text: string, escapeToken: "\\" | "`" = "\\"): readonly string[] | string {
  const lexed = lex(text, { escape: escapeToken, lookup: (name) => values.get(name) });
  return lexed.ok ? lexed.words : lexed.problem;
}

function result(text: string): string {
  const lexed = lex(text, { escape: "\\", lookup: (name) => values.get(name) });
  return lexed.ok ? lexed.result : `problem: ${lexed.problem}`;
}

const braced = (inner: string) => `${"$"}{${inner}}`;

describe("the shell lexer", () => {
  it.each([
    ["a  b", ["a", "b"]],
    ["'a b' \"c d\"", ["a b", "c d"]],
    ["a\\ b", ["a b"]],
    ["$A", ["a", "b"]],
    ['"$A"', ["a b"]],
    ["'$A'", ["$A"]],
    ["x\u2003y\u00a0z", ["x", "y", "z"]],
    ["a<< EOF b", ["a<< EOF", "b"]],
    ["<<<x", ["<<<x"]],
    // BuildKit forgets what stands before a substitution with a word in it
    [`x${braced("U:-y")}z`, ["yz"]],
  ])("splits %j", (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it("takes another escape character", () => {
    expect(words("a` b\\ c", "`")).toEqual(["a b\\", "c"]);
  });

  it.each([
    [braced("A"), "a b"],
    [braced("U:-x"), "x"],
    [braced("E:-x"), "x"],
    [braced("E-x"), ""],
    [braced("A:+x"), "x"],
    [braced("E:+x"), ""],
    [braced("U:-$A"), "a b"],
    [braced("P##*/"), "y.tar.gz"],
    [braced("P#*/"), "x/y.tar.gz"],
    [braced("P%.*"), "/x/y.tar"],
    [braced("P%%.*"), "/x/y"],
    [braced("P/./-"), "/x/y-tar.gz"],
    [braced("P//./-"), "/x/y-tar-gz"],
    ["$1 $@ $", "  $"],
    ["\\$A", "$A"],
  ])("expands %s", (text, expected) => {
    expect(result(text)).toBe(expected);
  });

  it.each([
    ["'a", "single-quote"],
    ['"a', "double-quote"],
    [`${"$"}{`, "missing '}'"],
    [`${"$"}{}`, "bad substitution"],
    [braced("U?"), "not allowed to be unset"],
    [braced("E:?say"), "E: say"],
    [braced("A=x"), "unsupported modifier (=)"],
    [braced("A:#x"), "unsupported modifier (:#)"],
    [braced("A#\\x"), "invalid escape"],
  ])("refuses %s", (text, problem) => {
    expect(result(text)).toContain(problem);
  });

  it("is quick with patterns that would be slow as expressions", () => {
    const start = performance.now();
    const lookup = () => "a".repeat(3000);
    lex(braced(`A#${"*a".repeat(30)}b`), { escape: "\\", lookup });
    lex(braced(`A//${"*a".repeat(30)}b/`), { escape: "\\", lookup });
    lex(braced(`A%%${"?*".repeat(300)}b`), { escape: "\\", lookup });
    expect(performance.now() - start).toBeLessThan(15_000);
  });
});
