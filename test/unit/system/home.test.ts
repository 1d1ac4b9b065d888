import { existsSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import os from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { homeFolder, userFolder } from "../../../src/system/home.ts";
import { openRecordFile } from "../../../src/system/record-file.ts";
import { scratch } from "./scratch.ts";

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

/** The user's entry in passwd; undefined: there is none. */
function setEntry(home: string | undefined): void {
  vi.spyOn(os, "userInfo").mockImplementation((() => {
    if (home === undefined) throw new Error("ENOENT");
    return { homedir: home };
  }) as never);
  syncBuiltinESMExports();
}

describe("the home folder", () => {
  test("is HOME", () => {
    setEntry("/by/entry");
    expect(homeFolder({ HOME: "/by/variable" })).toBe("/by/variable");
  });

  test.each([undefined, "", "here", "."])("is the user's entry where HOME is %j", (HOME) => {
    setEntry("/by/entry");
    expect(homeFolder({ HOME })).toBe("/by/entry");
  });

  test("is none for a user without an entry", () => {
    setEntry(undefined);
    expect(homeFolder({ HOME: "" })).toBeUndefined();
    expect(userFolder("state", {})).toBeUndefined();
    setEntry("");
    expect(homeFolder({})).toBeUndefined();
  });
});

describe("a folder of the user's", () => {
  test("is what its variable says, else lies in the home folder", () => {
    expect(userFolder("cache", { HOME: "/h", XDG_CACHE_HOME: "/c" })).toBe("/c");
    expect(userFolder("cache", { HOME: "/h" })).toBe("/h/.cache");
    expect(userFolder("config", { HOME: "/h" })).toBe("/h/.config");
    expect(userFolder("state", { HOME: "/h" })).toBe("/h/.local/state");
  });

  test.each(["", "here", "./here"])("is not what its variable says by a path from here: %j", (path) => {
    expect(userFolder("state", { HOME: "/h", XDG_STATE_HOME: path })).toBe("/h/.local/state");
  });
});

describe("the key of the records", () => {
  test("lies in the user's own folder, though HOME is empty and a folder is named from here", async () => {
    const home = scratch();
    setEntry(home);
    const { notices } = await openRecordFile({ HOME: "", XDG_STATE_HOME: "state", XDG_CACHE_HOME: "cache" });
    expect(notices).toEqual([]);
    expect([existsSync("state"), existsSync(".local")]).toEqual([false, false]);
    expect(existsSync(join(home, ".local/state/buildseal/record.key"))).toBe(true);
  });

  test("is none where the user has no home, which is said", async () => {
    setEntry(undefined);
    const { notices } = await openRecordFile({ HOME: "" });
    expect(notices).toEqual([
      "no records of scanned layers are kept: this user has no home folder (HOME, or XDG_CACHE_HOME and XDG_STATE_HOME)",
    ]);
  });
});
