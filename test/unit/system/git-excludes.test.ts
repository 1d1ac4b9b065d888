import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { gitExcludes } from "../../../src/system/git-excludes.ts";
import { scratch } from "./scratch.ts";

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** The user's list for these settings of a user. */
function listOf(settings: string, variables: Readonly<Record<string, string>> = {}): string {
  const home = scratch();
  write(home, ".gitconfig", settings);
  const [list = ""] = gitExcludes(join(home, "root"), { HOME: home, GIT_CONFIG_NOSYSTEM: "1", ...variables });
  return list.startsWith(`${home}/`) ? list.slice(home.length + 1) : list;
}

describe("the user's list of what git ignores", () => {
  test("is git/ignore in the folder of settings, where nothing else is said", () => {
    expect(listOf("")).toBe(".config/git/ignore");
    expect(listOf("[user]\n\texcludesFile = /x\n")).toBe(".config/git/ignore");
    expect(listOf("[core]\n\texcludesFile =\n")).toBe(".config/git/ignore");
    expect(listOf("", { XDG_CONFIG_HOME: "/settings" })).toBe("/settings/git/ignore");
  });

  test("is what core.excludesFile names, by the last line that does", () => {
    expect(listOf("[core]\n\texcludesFile = /a\n\texcludesfile=~/b # mine\n[alias]\n x = y")).toBe("b");
    expect(listOf('[CORE] ExcludesFile = "/a b;c" ; mine\r\n')).toBe("/a b;c");
    expect(listOf('[core "x"]\n\texcludesFile = /a\n')).toBe(".config/git/ignore");
    expect(listOf("# [core]\n# excludesFile = /a\n")).toBe(".config/git/ignore");
    expect(listOf("[core]\n\texcludesFile = ignore\n")).toBe("root/ignore");
  });

  test("is asked for in the files that git reads, the repository's own last", () => {
    const home = scratch();
    const root = join(home, "root");
    const ask = (variables = {}) => gitExcludes(root, { HOME: home, GIT_CONFIG_NOSYSTEM: "1", ...variables })[0];
    write(home, ".config/git/config", "[core]\nexcludesFile = /1\n");
    expect(ask()).toBe("/1");
    write(home, ".gitconfig", "[core]\nexcludesFile = /2\n");
    expect(ask()).toBe("/2");
    write(home, "other", "[core]\nexcludesFile = /3\n");
    expect(ask({ GIT_CONFIG_GLOBAL: join(home, "other") })).toBe("/3");
    write(root, ".git/config", "[core]\nexcludesFile = /4\n");
    expect(ask({ GIT_CONFIG_GLOBAL: join(home, "other") })).toBe("/4");
  });
});
