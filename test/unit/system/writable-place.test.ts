import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { writeAtomically } from "../../../src/system/atomic-file.ts";
import { refuseUnwritable } from "../../../src/system/writable-place.ts";
import { scratch } from "./scratch.ts";

const cases: readonly [string, string | undefined][] = [
  ["new", undefined],
  ["there", undefined],
  ["link", undefined],
  ["/dev/null", undefined],
  ["gone/new", "ENOENT"],
  ["there/new", "ENOTDIR"],
  ["dangling", "ENOENT"],
  ["folder", "EISDIR"],
  ["new/", "EISDIR"],
];

test.each(cases)("%s is refused where a write would fail (%s), and nothing is made there", async (name, code) => {
  const folder = scratch();
  writeFileSync(join(folder, "there"), "");
  mkdirSync(join(folder, "folder"));
  symlinkSync("there", join(folder, "link"));
  symlinkSync("nowhere", join(folder, "dangling"));
  const path = name.startsWith("/") ? name : `${folder}/${name}`;
  const before = readdirSync(folder);
  const refusal = refuseUnwritable(path);
  if (code === undefined) await expect(refusal).resolves.toBeUndefined();
  else await expect(refusal).rejects.toMatchObject({ code: "OUTPUT", message: `${path} cannot be written (${code})` });
  expect(readdirSync(folder)).toEqual(before);
  const written = writeAtomically(path, Buffer.from("x"), undefined);
  if (code === undefined) await expect(written).resolves.toBeUndefined();
  else await expect(written).rejects.toMatchObject({ code: "OUTPUT" });
});

test("a pipe is waited for by nobody", async () => {
  const pipe = join(scratch(), "pipe");
  execFileSync("/usr/bin/env", ["mkfifo", pipe]);
  await expect(refuseUnwritable(pipe)).resolves.toBeUndefined();
});

test("where the folder is made, the first one that is there is asked", async () => {
  const folder = scratch();
  writeFileSync(join(folder, "file"), "");
  await expect(refuseUnwritable(join(folder, "a/b/new"), { makesFolder: true })).resolves.toBeUndefined();
  expect(readdirSync(folder)).toEqual(["file"]);
  await expect(refuseUnwritable(join(folder, "file/new"), { makesFolder: true })).rejects.toMatchObject({
    message: expect.stringContaining("(ENOTDIR)"),
  });
});
