// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the shell's own variables
import { describe, expect, test } from "vitest";
import {
  configPath,
  type HomeFile,
  layFile,
  namedBy,
  namedByFirst,
  placeInHome,
  placeOf,
} from "../../../src/recipe/home-file.ts";
import type { Content, Surroundings } from "../../../src/recipe/recipe.ts";
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
    expect(placeInHome(surroundings(app), { home: undefined, path: ".file" })).toBeUndefined();
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
    for (const value of [".file", "/my files/x", "/a,b", "/$X"]) {
      expect(named(value)).toEqual({ unfit: "FILE of the step is no absolute path of plain characters" });
    }
    expect(named("")).toBeUndefined();
    expect(named("/etc/file")).toBe("/etc/file");
    expect(namedBy(surroundings({ step: { FOLDER: "/etc/" } }), "FOLDER", "file")).toBe("/etc/file");
    expect(places({}, { named: { unfit: "of a reason" } })).toEqual(elsewhere);
  });

  test("is overridden where it names what is the system's own", () => {
    for (const value of ["/dev/null", "//dev/shm/x", "/app/../proc/x", "/sys"]) {
      expect(places({}, { named: namedBy(surroundings({ step: { FILE: value } }), "FILE") })).toEqual(elsewhere);
    }
    expect(places({}, { named: "/devel/x" })).toEqual(["/devel/x"]);
  });

  test("is overridden where an image may set it that is not seen", () => {
    const unseen = namedBy(surroundings({ unknown: ["FILE"] }), "FILE");
    expect(unseen).toEqual({ unfit: "it is not known what FILE says there", cause: "unseen" });
    expect(places({}, { named: unseen })).toEqual(elsewhere);
    expect(places({ user: "other" }, { named: unseen, home: "/home/app" })).toEqual(["/home/app/.file"]);
    expect(places({ envMounts: false }, { named: unseen })).toBe("env-mounts");
  });

  test("is overridden where the home folder is no place for a mount", () => {
    for (const home of ["rel", "/my home"]) expect(places({ home })).toEqual(elsewhere);
  });
});

describe("the first of two variables that says anything", () => {
  const first = (here: Here, home?: string) =>
    namedByFirst(surroundings(here), home, ["FILE"], ["FOLDER", "file"] as const);

  test("names the place", () => {
    expect(first({ step: { FILE: "/a", FOLDER: "/b" } })).toBe("/a");
    expect(first({ step: { FOLDER: "/b" } })).toBe("/b/file");
    expect(first({})).toBeUndefined();
  });

  test("is a known one where the options name the home folder, else one that is not seen", () => {
    const here: Here = { unknown: ["FILE"], step: { FOLDER: "/b" } };
    expect(first(here, "/root")).toBe("/b/file");
    expect(first({ unknown: ["FILE", "FOLDER"] }, "/root")).toBeUndefined();
    expect(first(here)).toMatchObject({ cause: "unseen" });
    expect(first({ step: { FILE: "rel", FOLDER: "/b" } }, "/root")).toMatchObject({
      unfit: expect.stringContaining("FILE of the step"),
    });
  });
});

describe("what the step's own commands set", () => {
  const elsewhere = ["/run/secrets/file", "$FILE"];
  const laid = (here: Here, more: (step: Surroundings) => Partial<HomeFile>) => {
    const step = surroundings(here);
    const found = layFile(step, { ...wanted, ...more(step) });
    if ("needs" in found) throw new Error(found.why);
    return [found.mounts.map((mount) => (mount.kind === "file" ? mount.target : `$${mount.variable}`)), found.notices];
  };
  const byFile = (step: Surroundings) => ({ named: namedBy(step, "FILE") });
  const byFolder = (step: Surroundings) => ({ named: namedBy(step, "FOLDER", "file") });

  const said = [expect.stringContaining("the step sets FILE by itself")];

  test("is no place: the file lies where it would without, which is said unless that is the same", () => {
    for (const value of ["/dev/null", "/a/file", "~/x", "rel", null]) {
      expect(laid({ assigned: { FILE: value } }, byFile)).toEqual([["/root/.file"], said]);
      expect(laid({ assigned: { FILE: value }, step: { FILE: "/b" } }, byFile)).toEqual([["/b"], said]);
      expect(laid({ assigned: { FILE: value }, unknown: ["FILE"] }, byFile)).toEqual([elsewhere, said]);
      expect(laid({ assigned: { FILE: value }, user: "other" }, byFile)).toEqual([elsewhere, said]);
    }
    expect(laid({ assigned: { FILE: "~/.file" } }, byFile)).toEqual([["/root/.file"], []]);
    expect(laid({ assigned: { FILE: "/b" }, step: { FILE: "/b" } }, byFile)).toEqual([["/b"], []]);
    expect(laid({ assigned: { FOLDER: "/b" }, step: { FOLDER: "/b" } }, byFolder)).toEqual([["/b/file"], []]);
    expect(laid({ assigned: { FILE: "/run/secrets/file" } }, byFile)).toEqual([elsewhere, []]);
    expect(laid({ assigned: { FILE: "" }, step: { FILE: "/b" } }, byFile)).toEqual([["/root/.file"], []]);
  });

  test("that only adds to what the variable says keeps the recipe's own", () => {
    const here: Here = { assigned: { FILE: null }, expands: ["FILE"] };
    expect(laid(here, byFile)).toEqual([elsewhere, []]);
  });

  test("is overridden by another variable, which serves all commands", () => {
    for (const value of [null, "rel", "/my file", "/a"]) {
      expect(laid({ assigned: { FOLDER: value } }, byFolder)).toEqual([elsewhere, []]);
    }
    const second = (step: Surroundings) => ({ named: namedByFirst(step, undefined, ["FILE"], ["FOLDER", "file"]) });
    expect(laid({ assigned: { FILE: "/a" }, step: { FOLDER: "/b" } }, second)).toEqual([["/b/file"], said]);
  });

  test("is the step's own file where it has a mount at that place", () => {
    const here = (id: string): Here => ({ assigned: { FILE: "/a" }, mounts: { "/a": id } });
    expect(laid(here("their-file"), byFile)).toEqual([["/root/.file"], said]);
    const step = surroundings(here("their-file"));
    expect(layFile(step, { ...wanted, ...byFile(step) }).why).toBe("it is read there without any variable");
    for (const id of ["file", "file-2"]) expect(laid(here(id), byFile)).toEqual([["/a"], []]);
    const writes = { assigned: { FILE: "/a" }, body: "cp x ~/.file && make" };
    expect(laid(writes, (step) => ({ ...byFile(step), end: ".file" }))).toEqual([elsewhere, said]);
  });

  test("is no home folder for all that the step runs, so that the file lies elsewhere", () => {
    for (const HOME of ["/tmp", null]) expect(laid({ assigned: { HOME } }, () => ({}))).toEqual([elsewhere, []]);
    expect(laid({ assigned: { HOME: null }, expands: ["HOME"] }, () => ({}))).toEqual([elsewhere, []]);
    for (const HOME of ["/root", ""]) expect(laid({ assigned: { HOME } }, () => ({}))).toEqual([["/root/.file"], []]);
    expect(laid({ assigned: { HOME: "/tmp" } }, () => ({ home: "/tmp" }))).toEqual([["/tmp/.file"], []]);
    expect(laid({ assigned: { HOME: "/tmp" } }, () => ({ named: "/etc/file" }))).toEqual([["/etc/file"], []]);
  });

  test("counts for XDG_CONFIG_HOME, too", () => {
    const here = { assigned: { XDG_CONFIG_HOME: "/own" }, step: { XDG_CONFIG_HOME: "/xdg" } };
    expect(configPath(surroundings(here), "a/b")).toMatchObject({ home: "/xdg", path: "a/b" });
    const byConfig = (step: Surroundings) => configPath(step, "file");
    expect(laid(here, byConfig)).toEqual([elsewhere, []]);
    expect(laid({ assigned: { XDG_CONFIG_HOME: "~/.config" } }, byConfig)).toEqual([["/root/.config/file"], []]);
    expect(laid({ assigned: { XDG_CONFIG_HOME: null } }, byConfig)).toEqual([["/root/.config/file"], []]);
    expect(laid({ assigned: { XDG_CONFIG_HOME: "" }, step: here.step }, byConfig)).toEqual([
      ["/root/.config/file"],
      [],
    ]);
  });
});

describe("what the step does to the place", () => {
  const laid = (body: string, here: Here = {}, more: Partial<HomeFile> = {}) => {
    const found = layFile(surroundings({ body, ...here }), { ...wanted, end: ".file", ...more });
    if ("needs" in found) throw new Error(found.why);
    return { why: found.why, notices: found.notices, isElsewhere: found.mounts.length === 2 };
  };

  test("a file that it writes itself is not read beside the variable, which is said", () => {
    for (const user of ["root", "other"] as const) {
      const { isElsewhere, notices } = laid("echo x > ~/.file && make", { user });
      expect(isElsewhere).toBe(true);
      expect(notices).toHaveLength(1);
      expect(notices[0]).toMatch(/the step writes (?:\/root|~)\/\.file itself, which is not read where FILE names/);
    }
    expect(laid("echo x > /app/.file && make")).toMatchObject({ isElsewhere: false, notices: [] });
    expect(laid("echo x > /app/.file && make", { user: "other" }).notices).toEqual([]);
    expect(laid("echo x > $APP/.file", { step: { APP: "/app" } }).isElsewhere).toBe(false);
    expect(laid("echo x > $OWN/.file", { step: { OWN: "/root" } }).isElsewhere).toBe(true);
    expect(laid("echo x > $FILE", { step: { FILE: "/etc/own" } }, { named: "/etc/own" }).isElsewhere).toBe(true);
  });

  test("what it writes into the project's folder is not meant", () => {
    for (const folder of ["$PWD", "${PWD}", "$(pwd)", "`pwd`", '"$PWD"', '"$(pwd)"']) {
      for (const command of ["echo x > FOLDER/.file", "touch FOLDER/.file"]) {
        for (const user of ["root", "other"] as const) {
          const found = laid(`${command.replace("FOLDER", () => folder)} && make`, { user });
          expect([folder, found.isElsewhere, found.notices]).toEqual([folder, user === "other", []]);
        }
      }
    }
  });

  test("where that is not known it lies elsewhere, and nothing is said to be written", () => {
    for (const command of ["echo x > $APP/.file", "touch $APP/.file", "cp x $(mktemp -d)/.file"]) {
      const { isElsewhere, why, notices } = laid(`${command} && make`);
      expect([isElsewhere, notices]).toEqual([true, []]);
      expect(why).toContain("the step may write /root/.file itself");
    }
  });

  const inFolder = { path: ".config/x/file", end: "x/file" };
  test.each([
    "rm -rf ~/.config",
    "rm -rf $HOME/.config/x/",
    'sudo rm -rf "${HOME}/.config/x/file"',
    "rm -rf /root",
    "rm -rf ~/.config/*",
    "rm -rf ~/.config/x/fi?e",
    "rm -rf /root/.[a-z]*",
    "rm -rf /root/.[!.]* /root/*",
    "rm -rf /root/.[^.]*",
    "sh -c 'rm -r ~/.config/x'",
    "rm -rf $FOLDER",
    '["rm", "-rf", "/root/.config"]',
  ])("a place that it removes is left to it: %s", (command) => {
    const body = command.startsWith("[") ? command : `make && ${command}`;
    const { isElsewhere, why, notices } = laid(body, { step: { FOLDER: "/root/.config/x" } }, inFolder);
    expect([isElsewhere, notices]).toEqual([true, []]);
    expect(why).toContain("the step removes /root");
  });

  test.each([
    "chmod -R a+w ~/.config",
    "chmod a+w --recursive $HOME/.config/x/",
    "chown -R app:app /root",
    "sudo chown -hR 1001:0 ~",
    "chgrp -R 0 $HOME && chmod -R g=u $HOME",
    "chmod -vR g+w /opt $FOLDER",
    "chown -R app ~/.con*",
    '["chown", "-R", "app", "/root/.config"]',
  ])("a file in a folder that it changes with all in it lies elsewhere: %s", (command) => {
    const body = command.startsWith("[") ? command : `make && ${command}`;
    const { isElsewhere, why, notices } = laid(body, { step: { FOLDER: "/root/.config/x" } }, inFolder);
    expect([isElsewhere, notices]).toEqual([true, []]);
    expect(why).toMatch(/the step changes the mode or owner of all in \/root(?:\/|$)/);
  });

  test("a folder of memory at the place can be changed, and not removed", () => {
    const placed = (body: string) => placeOf(surroundings({ body }), { path: ".x", home: undefined, ofMemory: true });
    expect(placed("chown -R app ~")).toMatchObject({ at: "/root/.x" });
    expect(placed("rm -rf ~/.x")).toMatchObject({ cause: "removed" });
  });

  test("is told with `~` of each home that there may be", () => {
    const xdg = { step: { XDG_CONFIG_HOME: "/root/.config" } };
    const config = configPath(surroundings(xdg), "x/file");
    for (const body of ["rm -rf ~/.config/x", "cp y ~/.config/x/file"]) {
      expect(laid(body, xdg, { ...config, end: "x/file" }).isElsewhere).toBe(true);
      expect(laid(body, {}, { ...inFolder, home: "/builder/" }).isElsewhere).toBe(true);
    }
    expect(laid("rm -rf /builder/.config", {}, { ...inFolder, home: "/builder/" }).isElsewhere).toBe(true);
  });

  test.each([
    "rm -rf ~/.cache",
    "rm -rf ~/.config/y ~/.config/x/file2",
    "rm -rf /root/*",
    "rm -rf /root/.[!c]*",
    "rm -rf $OTHER",
    "rm -rf .config",
    "rm -rf /",
    "ls ~/.config",
    "echo rm -rf ~/.config",
    "chmod 755 ~/.config",
    "chmod -rwx ~/.config",
    "chmod -R a+w ~/.cargo ~/.config/y",
    "chown -R app:app /app .",
    "chmod -R g+w /root/*",
    "cp -R ~/.config /backup",
  ])("another place is not meant: %s", (command) => {
    expect(laid(`make && ${command}`, {}, inFolder).isElsewhere).toBe(false);
  });

  test("is not asked of a step as an earlier rewrite saw it", () => {
    const here = { body: "echo x > ~/.file; rm ~/.file", assigned: { FILE: "/x", HOME: "/y" } };
    const step = { ...surroundings(here), placesUnasked: true as const };
    expect(layFile(step, { ...wanted, named: namedBy(step, "FILE"), end: ".file" })).toMatchObject({
      mounts: [{ target: "/root/.file" }],
      notices: [],
    });
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
