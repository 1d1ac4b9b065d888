import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { readFileWithin } from "../../../src/system/file.ts";
import { scratch } from "./scratch.ts";

test("a file is read, also through links, up to the limit and not a byte more", async () => {
  const directory = scratch();
  writeFileSync(`${directory}/real`, "12345");
  symlinkSync("real", `${directory}/link`);
  const bytes = new TextEncoder().encode("12345");
  expect(await readFileWithin(`${directory}/link`, 5)).toEqual({ kind: "read", bytes });
  expect(await readFileWithin(`${directory}/link`, 4)).toEqual({ kind: "too-large", sizeBytes: 5 });
});

test("a file that does not tell its size is read whole", async () => {
  const read = await readFileWithin("/proc/self/status", 100_000);
  expect(read.kind).toBe("read");
  expect((await readFileWithin("/proc/self/status", 10)).kind).toBe("too-large");
});

test("what is no file says what it is, and nothing hangs", async () => {
  const directory = scratch();
  mkdirSync(`${directory}/dir`);
  execFileSync("/usr/bin/env", ["mkfifo", `${directory}/pipe`]);
  symlinkSync("nowhere", `${directory}/broken`);
  symlinkSync("loop", `${directory}/loop`);
  const server = createServer().listen(`${directory}/socket`);
  onTestFinished(() => void server.close());
  await new Promise((done) => server.once("listening", done));
  const kindOf = async (name: string) => (await readFileWithin(`${directory}/${name}`, 100)).kind;
  expect(await kindOf("dir")).toBe("directory");
  expect(await kindOf("pipe")).toBe("special");
  expect(await kindOf("socket")).toBe("special");
  expect(await kindOf("broken")).toBe("missing");
  expect(await kindOf("none/below")).toBe("missing");
  expect(await kindOf("loop")).toBe("failed");
  expect((await readFileWithin("/dev/zero", 100)).kind).toBe("special");
});

test("a file that is not for us is forbidden", async () => {
  const directory = scratch();
  writeFileSync(`${directory}/secret`, "x");
  chmodSync(`${directory}/secret`, 0o000);
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) expect((await readFileWithin(`${directory}/secret`, 100)).kind).toBe("forbidden");
  // Root may read everything, so another user looks for us.
  if (isRoot) {
    chmodSync(directory, 0o755);
    const program = `const { readFileWithin } = await import(${JSON.stringify(new URL("../../../src/system/file.ts", import.meta.url).href)}); process.setuid(65534); console.log((await readFileWithin(${JSON.stringify(`${directory}/secret`)}, 100)).kind);`;
    const said = execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" });
    expect(said.trim()).toBe("forbidden");
  }
});
