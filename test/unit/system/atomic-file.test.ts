import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pack } from "tar-stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { writeAtomically } from "../../../src/system/atomic-file.ts";

const node = join(import.meta.dirname, "../../../node_modules/.bin/node");
const module = join(import.meta.dirname, "../../../src/system/atomic-file.ts");
const bytes = (text: string) => Buffer.from(text);

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "atomic-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

describe("a file that is written in one move", () => {
  it("is another file with the mode of the old one, and nothing stays beside it", async () => {
    const folder = scratch();
    const path = join(folder, "a");
    writeFileSync(path, "old");
    chmodSync(path, 0o4751);
    const { ino } = statSync(path);
    linkSync(path, join(folder, "kept"));
    await writeAtomically(path, bytes("new"), bytes("old"));
    expect(readFileSync(path, "utf8")).toBe("new");
    expect(readFileSync(join(folder, "kept"), "utf8")).toBe("old");
    expect(statSync(path).mode & 0o7777).toBe(0o4751);
    expect(statSync(path).ino).not.toBe(ino);
    expect(readdirSync(folder).sort()).toEqual(["a", "kept"]);
  });

  it("is what a chain of links leads to", async () => {
    const folder = scratch();
    writeFileSync(join(folder, "real"), "old");
    symlinkSync("real", join(folder, "one"));
    symlinkSync("one", join(folder, "two"));
    await writeAtomically(join(folder, "two"), bytes("new"), undefined);
    expect(readFileSync(join(folder, "real"), "utf8")).toBe("new");
    expect(readdirSync(folder).sort()).toEqual(["one", "real", "two"]);
  });

  it("keeps its extended attributes", async () => {
    const folder = scratch();
    const path = join(folder, "a");
    const tar = (words: readonly string[], input?: Buffer) =>
      spawnSync("tar", ["--xattrs", "--xattrs-include=user.*", "-C", folder, ...words], input && { input });
    const archive = pack();
    archive.entry({ name: "a", pax: { "SCHILY.xattr.user.note": "kept" } }, "old");
    archive.finalize();
    const unpacked = tar(["-xf", "-"], await buffer(archive));
    const hasNote = () => tar(["--format=pax", "-cf", "-", "a"]).stdout.includes("SCHILY.xattr.user.note=kept");
    // a file system without them has nothing to keep
    if (!hasNote()) return expect(unpacked.stderr.toString()).toMatch(/not supported/i);
    await writeAtomically(path, bytes("new"), undefined);
    expect([readFileSync(path, "utf8"), hasNote()]).toEqual(["new", true]);
  });

  it("is made where there is none, with the mode that the umask gives", async () => {
    const path = join(scratch(), "a");
    await writeAtomically(path, bytes("new"), undefined);
    expect(statSync(path).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it("is left as it is where somebody changed it meanwhile, or took it away", async () => {
    const folder = scratch();
    const path = join(folder, "a");
    writeFileSync(path, "theirs");
    await expect(writeAtomically(path, bytes("new"), bytes("old"))).rejects.toMatchObject({
      code: "OUTPUT",
      message: expect.stringContaining("changed by somebody else"),
    });
    expect(readFileSync(path, "utf8")).toBe("theirs");
    await expect(writeAtomically(join(folder, "b"), bytes("new"), bytes("old"))).rejects.toThrow("went away");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("leaves the old one whole and nothing beside it where there is no room", () => {
    const folder = scratch();
    const path = join(folder, "a");
    writeFileSync(path, "old");
    const code = `process.on("SIGXFSZ", () => {}); const { writeAtomically } = await import(${JSON.stringify(module)});
await writeAtomically(${JSON.stringify(path)}, Buffer.alloc(1 << 20), undefined).catch((error) => console.log(error.code, error.message));`;
    const { stdout } = spawnSync("sh", ["-c", 'ulimit -f 8; exec "$0" --input-type=module -e "$1"', node, code], {
      encoding: "utf8",
    });
    expect(stdout).toMatch(/^OUTPUT .*could not be written \(EFBIG\)/);
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["a"]);
  });

  it("leaves nothing beside it where we are killed", async () => {
    const folder = scratch();
    const path = join(folder, "a");
    writeFileSync(path, "old");
    const code = `import { writeFileSync } from "node:fs"; import { keepDraft } from ${JSON.stringify(module.replace("atomic-file", "draft-keeper"))};
await keepDraft(${JSON.stringify(join(folder, ".a.draft"))}); writeFileSync(${JSON.stringify(join(folder, ".a.draft"))}, "half"); console.log("half"); setInterval(() => {}, 1000);`;
    const child = spawn(node, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(child.stdout, "data");
    expect(readdirSync(folder)).toContain(".a.draft");
    child.kill("SIGKILL");
    await expect.poll(() => readdirSync(folder), { timeout: 5000 }).toEqual(["a"]);
  });

  it("may be one of many at once", async () => {
    const folder = scratch();
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`);
    await Promise.all(names.map((name) => writeAtomically(join(folder, name), bytes(name), undefined)));
    expect(readdirSync(folder).sort()).toEqual(names.sort());
  });
});
