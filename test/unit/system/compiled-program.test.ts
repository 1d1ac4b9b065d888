import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compiledCodeFolder, loadProgram } from "../../../src/system/compiled-program.ts";

const root = join(import.meta.dirname, "../../..");
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "compiled-program-"));
});
afterEach(() => rmSync(home, { recursive: true }));

describe("compiledCodeFolder", () => {
  it("is in the user's own cache folder, be that there or not", () => {
    expect(compiledCodeFolder({ HOME: home })).toBe(join(home, ".cache/buildseal/compiled"));
    mkdirSync(join(home, ".cache"));
    expect(compiledCodeFolder({ HOME: home })).toBe(join(home, ".cache/buildseal/compiled"));
  });

  it("goes by XDG_CACHE_HOME before HOME", () => {
    const caches = join(home, "caches");
    mkdirSync(caches);
    expect(compiledCodeFolder({ HOME: "/nowhere", XDG_CACHE_HOME: caches })).toBe(join(caches, "buildseal/compiled"));
  });

  it("is none with a home that is not there", () => {
    expect(compiledCodeFolder({ HOME: join(home, "gone") })).toBeUndefined();
  });

  it("is never a path from here", () => {
    expect(compiledCodeFolder({ HOME: "here" })).toBe(compiledCodeFolder({ HOME: userInfo().homedir }));
    expect(compiledCodeFolder({ HOME: home, XDG_CACHE_HOME: "caches" })).toBe(join(home, ".cache/buildseal/compiled"));
  });

  it("is none in a CI job", () => {
    expect(compiledCodeFolder({ HOME: home, CI: "true" })).toBeUndefined();
    expect(compiledCodeFolder({ HOME: home, CI: "" })).toBe(join(home, ".cache/buildseal/compiled"));
  });

  it("is none where others may write", () => {
    mkdirSync(join(home, ".cache/buildseal"), { recursive: true });
    chmodSync(join(home, ".cache/buildseal"), 0o777);
    expect(compiledCodeFolder({ HOME: home })).toBeUndefined();
  });

  it("is none where the folder is another user's", () => {
    const others = ["/", "/etc", "/root", "/nonexistent"].filter((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found !== undefined && found.uid !== process.getuid?.();
    });
    // root owns them all, so a run as root can only look at its own
    for (const path of others) expect(compiledCodeFolder({ HOME: path })).toBeUndefined();
    symlinkSync("/tmp", join(home, ".cache"));
    expect(compiledCodeFolder({ HOME: home })).toBeUndefined();
  });
});

describe("loadProgram", () => {
  const kept = () => join(home, `.cache/buildseal/compiled/program.cjs-${process.version}-${process.arch}`);
  const load = (text: string, environment: Record<string, string> = { HOME: home }) => {
    const path = join(home, "program.cjs");
    writeFileSync(path, text);
    return loadProgram<{ readonly answer: () => number }>(path, environment);
  };
  const program = (stamp: string, answer: number) => `// ${stamp}\nexports.answer = () => ${answer};\n`;

  it("runs it, and keeps what was compiled only when it is told to", () => {
    const { exports, keep } = load(program("a", 1));
    expect(exports.answer()).toBe(1);
    expect(existsSync(kept())).toBe(false);
    keep();
    expect(statSync(kept()).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(kept(), ".."))).not.toContain(`${basename(kept())}.new`);
  });

  it("takes what it kept, and writes it once", () => {
    load(program("a", 1)).keep();
    const { ino } = statSync(kept());
    const again = load(program("a", 1));
    expect(again.exports.answer()).toBe(1);
    again.keep();
    expect(statSync(kept()).ino).toBe(ino);
  });

  it("does not take an older program's for its own, though both are of one length", () => {
    load(program("a", 1)).keep();
    const changed = load(program("b", 2));
    expect(changed.exports.answer()).toBe(2);
    changed.keep();
    expect(load(program("b", 2)).exports.answer()).toBe(2);
  });

  it.each([
    ["cut off", (path: string) => truncateSync(path, statSync(path).size - 100)],
    ["damaged inside", (path: string) => writeFileSync(path, readFileSync(path).fill(0, 150, 400))],
  ])("runs from the source where what it kept is %s, and replaces it", (_, spoil) => {
    load(program("a", 1)).keep();
    const whole = readFileSync(kept());
    spoil(kept());
    const spoiled = readFileSync(kept());
    // in a process of its own: V8 compiles a text once in each, and looks at no data the second time
    const code = `
      const { loadProgram } = require(${JSON.stringify(join(root, "src/system/compiled-program.ts"))});
      const { exports, keep } = loadProgram(${JSON.stringify(join(home, "program.cjs"))}, { HOME: ${JSON.stringify(home)} });
      keep();
      console.log(exports.answer());`;
    const run = spawnSync(process.execPath, ["-e", code], { encoding: "utf8" });
    expect(run).toMatchObject({ status: 0, stdout: "1\n" });
    expect(readFileSync(kept()).equals(spoiled)).toBe(false);
    expect(statSync(kept()).size).toBeGreaterThan(whole.length - 100);
  });

  it("clears what a killed run left, and keeps its own the next time", () => {
    mkdirSync(join(kept(), ".."), { recursive: true });
    writeFileSync(`${kept()}.new`, "half");
    load(program("a", 1)).keep();
    expect(existsSync(`${kept()}.new`)).toBe(false);
    load(program("a", 1)).keep();
    expect(existsSync(kept())).toBe(true);
  });

  it("runs where nothing can be written, and where it is turned off", () => {
    mkdirSync(join(home, ".cache"));
    writeFileSync(join(home, ".cache/buildseal"), "no folder");
    const { exports, keep } = load(program("a", 1));
    expect(exports.answer()).toBe(1);
    keep();
    rmSync(join(home, ".cache/buildseal"));
    load(program("a", 1), { HOME: home, NODE_DISABLE_COMPILE_CACHE: "1" }).keep();
    expect(existsSync(join(home, ".cache/buildseal"))).toBe(false);
  });
});
