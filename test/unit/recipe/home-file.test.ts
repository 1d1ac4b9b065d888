import { describe, expect, test } from "vitest";
import { configPath, type HomeFile, layFile, namedBy, placeInHome, placeOf } from "../../../src/recipe/home-file.ts";
import type { Content } from "../../../src/recipe/recipe.ts";
import { type Here, surroundings } from "./surroundings.ts";

const content: Content = { kind: "text", render: () => "x" };
const wanted: HomeFile = {
  id: "file",
  content,
  path: ".file",
  home: undefined,
  elsewhere: { variable: "FILE", target: "/run/secrets/file", value: "/run/secrets/file" },
};
const places = (here: Here, more: Partial<HomeFile> = {}) => {
  const laid = layFile(surroundings(here), { ...wanted, ...more });
  return "needs" in laid
    ? laid.needs
    : laid.mounts.map((mount) => (mount.kind === "file" ? mount.target : `$${mount.variable}`));
};

describe("a file of the home folder", () => {
  test("lies there for root", () => {
    expect(places({})).toEqual(["/root/.file"]);
    expect(places({ home: undefined }, { home: "/builder/" })).toEqual(["/builder/.file"]);
  });

  test("lies in a folder that every step has, and a variable names it, where the home or the user is not known", () => {
    for (const here of [{ home: undefined }, { user: "other" as const }, { user: "unknown" as const }]) {
      expect(places(here)).toEqual(["/run/secrets/file", "$FILE"]);
      expect(places({ ...here, envMounts: false })).toBe("env-mounts");
    }
  });

  test("lies in the home of another user only where that is named, and nothing has to be made on the way", () => {
    const app = { user: "other" as const, home: "/home/app" };
    expect(places(app, { home: "/home/app" })).toEqual(["/home/app/.file"]);
    expect(places(app, { home: "/home/app", path: ".config/file" })).toEqual(["/run/secrets/file", "$FILE"]);
    expect(placeInHome(surroundings(app), undefined, ".file")).toBeUndefined();
  });

  test("lies where the step's own variable says, but not in a container, where all lie in one folder", () => {
    expect(places({}, { named: "/etc/file" })).toEqual(["/etc/file"]);
    expect(places({ user: "other", home: undefined, container: true }, { named: "/etc/file", home: "/h" })).toEqual([
      "/run/secrets/file",
      "$FILE",
    ]);
  });
});

describe("the step's own variable", () => {
  const elsewhere = ["/run/secrets/file", "$FILE"];

  test("is overridden where its folder may be missing: a mount would make that root's", () => {
    for (const user of ["other", "unknown"] as const) {
      expect(places({ user }, { named: "/home/app/.file" })).toEqual(elsewhere);
      expect(places({ user, envMounts: false }, { named: "/home/app/.file" })).toBe("env-mounts");
    }
  });

  test("is overridden where it names no place for a mount", () => {
    const named = (value: string) => namedBy(surroundings({ step: { FILE: value } }), "FILE");
    expect(named(".file")).toEqual({ unfit: "FILE of the step is no absolute path" });
    expect(named("")).toBeUndefined();
    expect(named("/etc/file")).toBe("/etc/file");
    expect(namedBy(surroundings({ step: { FOLDER: "/etc/" } }), "FOLDER", "file")).toBe("/etc/file");
    expect(places({}, { named: { unfit: "of a reason" } })).toEqual(elsewhere);
  });

  test("is overridden where an image may set it that is not seen", () => {
    const unseen = namedBy(surroundings({ unknown: ["FILE"] }), "FILE");
    expect(unseen).toEqual({ unfit: "it is not known what FILE says there", cause: "unseen" });
    expect(places({}, { named: unseen })).toEqual(elsewhere);
    expect(places({ user: "other" }, { named: unseen, home: "/home/app" })).toEqual(["/home/app/.file"]);
    expect(places({ envMounts: false }, { named: unseen })).toBe("env-mounts");
  });
});

test("a file does not lie in a folder that outlives the step, where an empty one would stay of it", () => {
  const elsewhere = ["/run/secrets/file", "$FILE"];
  expect(places({ cache: "/root/.config" }, { path: ".config/file" })).toEqual(elsewhere);
  expect(places({ cache: "/root/.config" })).toEqual(["/root/.file"]);
  expect(places({ cache: "/etc" }, { named: "/etc/file" })).toEqual(elsewhere);
  expect(placeOf(surroundings({ cache: "/root" }), { path: ".file", home: undefined })).toEqual({
    unfit: "the step's mount at /root would keep an empty file in its place",
    cause: "kept",
  });
});

test("a file that may not lie at its own place in a step lies elsewhere, whatever is known of the step", () => {
  expect(places({}, { unfit: "of a reason" })).toEqual(["/run/secrets/file", "$FILE"]);
  expect(places({}, { unfit: "of a reason", named: "/etc/file" })).toEqual(["/run/secrets/file", "$FILE"]);
});

test("XDG_CONFIG_HOME counts where it is an absolute path", () => {
  const path = (value: string) => configPath(surroundings({ step: { XDG_CONFIG_HOME: value } }), "a/b");
  expect(path("/xdg")).toEqual({ home: "/xdg", path: "a/b" });
  for (const value of ["", "xdg"]) expect(path(value)).toEqual({ path: ".config/a/b" });
});
