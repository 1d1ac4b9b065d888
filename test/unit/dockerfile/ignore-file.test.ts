import { describe, expect, it } from "vitest";
import { isIgnored, readIgnoreFile } from "../../../src/dockerfile/ignore-file.ts";

/** Which of some paths stay out, by these lines. */
function ignored(lines: string, paths: string): string {
  const file = readIgnoreFile(lines);
  return paths
    .split(" ")
    .filter((path) => isIgnored(file, path))
    .join(" ");
}

// each was compared with moby/patternmatcher 0.6.1
describe("a .dockerignore", () => {
  it.each([
    ["names files from the context's root on", ".env", ".env a/.env .env.local", ".env"],
    ["takes what lies in a folder with it", "a/b", "a/b a/b/c a/b/c/d a/bc", "a/b a/b/c a/b/c/d"],
    ["takes a slash before and behind for nothing", "/a/\n", "a a/b b/a", "a a/b"],
    ["takes ./ and .. as a path does", "./a/../b", "a b b/c", "b b/c"],
    ["has * within one folder", "*.pem", "a.pem b/a.pem .pem", "a.pem .pem"],
    ["has * for names that begin with a dot too", "*", ".env a a/b", ".env a a/b"],
    ["has ? for one character", "id_?sa", "id_rsa id_dsa id_sa id_/sa", "id_rsa id_dsa"],
    ["has ** for folders, or none", "**/.npmrc", ".npmrc a/.npmrc a/b/.npmrc a/x.npmrc", ".npmrc a/.npmrc a/b/.npmrc"],
    ["has ** in the middle", "a/**/z", "a/z a/b/z a/b/c/z b/z", "a/z a/b/z a/b/c/z"],
    ["has ** at the end", "a/**", "a a/b a/b/c ab", "a/b a/b/c"],
    ["has classes", "id_[a-r]sa", "id_rsa id_dsa id_zsa", "id_rsa id_dsa"],
    ["has classes of what is not there", "[^a]", "a b c/a", "b c/a"],
    ["has escapes", "\\*", "* a", "*"],
    ["takes back what a later ! names", "*\n!src\n!.env", ".env src/a .npmrc", ".npmrc"],
    ["takes back a file in a folder that is out", "a\n!a/b", "a/b a/c", "a/c"],
    ["counts the last line that fits", "*.pem\n!ca.pem\nca.*", "ca.pem a.pem", "ca.pem a.pem"],
    ["has blanks behind ! and around a line", "  a  \n! a", "a", ""],
    ["has comments at the beginning of a line alone", "#a\n #b\nc#", "#a #b c#", "#b c#"],
    ["has \\r\\n, a byte order mark and empty lines", "\uFEFFa\r\n\r\n!b\r\n", "a b", "a"],
    ["does not follow regular expressions", "a.c\na+b\n(x)", "abc a.c aab a+b x (x)", "a.c a+b (x)"],
    ["has no use for a pattern that Go refuses", "[a\n\\", "a [a", ""],
  ])("%s", (_, lines, paths, expected) => {
    expect(ignored(lines, paths)).toBe(expected);
  });

  it("is done with many stars in no time worth speaking of", () => {
    const file = readIgnoreFile(`${"*a".repeat(5000)}\n${"**/".repeat(2000)}z\n${"*?".repeat(5000)}`);
    expect(isIgnored(file, `${"a".repeat(200)}/${"a".repeat(200)}b`)).toBe(false);
  });
});
