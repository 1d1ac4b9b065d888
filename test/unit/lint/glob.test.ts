import { describe, expect, test } from "vitest";
import { matchesPath, parseGlob } from "../../../src/lint/glob.ts";
import { isIgnored, readIgnoreFile } from "../../../src/lint/ignore-list.ts";

describe("a glob", () => {
  test.each([
    ["Dockerfile", "Dockerfile", true],
    ["Dockerfile", "a/Dockerfile", false],
    ["**/Dockerfile", "Dockerfile", true],
    ["**/Dockerfile", "a/b/Dockerfile", true],
    ["vendor/**", "vendor/a/b", true],
    ["vendor/**", "vendor", false],
    ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true],
    ["a/**/b", "a/x/y/c", false],
    ["*.j2", "x.j2", true],
    ["*.j2", "a/x.j2", false],
    ["?.j2", "x.j2", true],
    ["?.j2", "xy.j2", false],
    ["[a-c].j2", "b.j2", true],
    ["[!a-c].j2", "b.j2", false],
    ["[^a-c].j2", "d.j2", true],
    ["[]].j2", "].j2", true],
    ["[", "[", true],
    ["a\\*b", "a*b", true],
    ["a\\*b", "axb", false],
    ["[[:digit:]]x", "7x", true],
    ["./a", "a", true],
  ])("%j and %j: %j", (glob, path, matches) => {
    expect(matchesPath(parseGlob(glob), path)).toBe(matches);
  });

  test("that would take others forever is answered", () => {
    const glob = parseGlob(`${"*a".repeat(2_000)}b`);
    expect(matchesPath(glob, "a".repeat(4_000))).toBe(false);
    expect(matchesPath(parseGlob(`${"**/a/".repeat(500)}b`), "a/".repeat(1_000))).toBe(false);
  });
});

describe("what git ignores", () => {
  const ignored = (text: string, path: string, isFolder = false) =>
    isIgnored([readIgnoreFile("", text)], path, isFolder);

  test.each([
    ["*.j2", "a/b.j2", true],
    ["build/", "build", false],
    ["/build", "a/build", false],
    ["a/b", "x/a/b", false],
    ["a/b", "a/b", true],
    ["# a", "# a", false],
    ["\\# a", "# a", true],
    ["\\!a", "!a", true],
    ["a ", "a", true],
    ["a\\ ", "a ", true],
    ["a\r", "a", true],
    ["*.j2\n!keep.j2", "keep.j2", false],
    ["!keep.j2\n*.j2", "keep.j2", true],
    ["**/x/**", "a/x/b", true],
    ["", "a", false],
    ["/", "a", false],
  ])("by %j: %j is %j", (text, path, expected) => {
    expect(ignored(text, path)).toBe(expected);
  });

  test("with a slash at the end is a folder alone", () => {
    expect(ignored("build/", "a/build", true)).toBe(true);
  });

  test("is what the nearest file says that says anything", () => {
    const files = [readIgnoreFile("", "*.j2\n"), readIgnoreFile("a/", "!b.j2\n/c.j2\n")];
    expect(isIgnored(files, "a/b.j2", false)).toBe(false);
    expect(isIgnored(files, "b.j2", false)).toBe(true);
    expect(isIgnored(files, "a/d.j2", false)).toBe(true);
    expect(isIgnored([files[1]!], "a/x/c.j2", false)).toBe(false);
  });
});
