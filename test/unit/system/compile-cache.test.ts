import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compileCacheFolder } from "../../../src/system/compile-cache.ts";

let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "compile-cache-"));
});
afterEach(() => rmSync(home, { recursive: true }));

describe("compileCacheFolder", () => {
  it("is in the user's own cache folder, be that there or not", () => {
    expect(compileCacheFolder({ HOME: home })).toBe(join(home, ".cache/buildseal/compiled"));
    mkdirSync(join(home, ".cache"));
    expect(compileCacheFolder({ HOME: home })).toBe(join(home, ".cache/buildseal/compiled"));
  });

  it("goes by XDG_CACHE_HOME before HOME", () => {
    const caches = join(home, "caches");
    mkdirSync(caches);
    expect(compileCacheFolder({ HOME: "/nowhere", XDG_CACHE_HOME: caches })).toBe(join(caches, "buildseal/compiled"));
  });

  it("is none without a home, with one that is not there, and with one that is no whole path", () => {
    expect(compileCacheFolder({})).toBeUndefined();
    expect(compileCacheFolder({ HOME: join(home, "gone") })).toBeUndefined();
    expect(compileCacheFolder({ HOME: "here" })).toBeUndefined();
    expect(compileCacheFolder({ HOME: home, XDG_CACHE_HOME: "caches" })).toBeUndefined();
  });

  it("is none where others may write", () => {
    mkdirSync(join(home, ".cache/buildseal"), { recursive: true });
    chmodSync(join(home, ".cache/buildseal"), 0o777);
    expect(compileCacheFolder({ HOME: home })).toBeUndefined();
  });

  it("is none where the folder is another user's", () => {
    const others = ["/", "/etc", "/root", "/nonexistent"].filter((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found !== undefined && found.uid !== process.getuid?.();
    });
    // root owns them all, so a run as root can only look at its own
    for (const path of others) expect(compileCacheFolder({ HOME: path })).toBeUndefined();
    symlinkSync("/tmp", join(home, ".cache"));
    expect(compileCacheFolder({ HOME: home })).toBeUndefined();
  });
});
