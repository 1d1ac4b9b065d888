import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, expect, test } from "vitest";
import { keepInFile, keepInFolder, packFolder } from "../../../src/system/layout.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "layout-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a folder that is packed and unpacked again holds the same bytes", async () => {
  const from = join(folder, "from");
  mkdirSync(join(from, "blobs/sha256"), { recursive: true });
  const blob = randomBytes(3_000_000);
  writeFileSync(join(from, "blobs/sha256/aa"), blob);
  writeFileSync(join(from, "index.json"), "{}");
  writeFileSync(join(from, "empty"), "");
  const to = join(folder, "to");
  const packed = await buffer(packFolder(from));
  const given = await buffer(keepInFolder(slices(packed), to));
  expect(given.equals(packed)).toBe(true);
  expect(readFileSync(join(to, "blobs/sha256/aa")).equals(blob)).toBe(true);
  expect(readFileSync(join(to, "index.json"), "utf8")).toBe("{}");
  expect(statSync(join(to, "empty")).size).toBe(0);
  expect(statSync(join(to, "blobs/sha256/aa")).mode & 0o777).toBe(0o600);
});

test("a link in an archive is not made, so nothing is written through it", async () => {
  const from = join(folder, "from");
  mkdirSync(from);
  symlinkSync("/etc", join(from, "blobs"));
  writeFileSync(join(from, "index.json"), "{}");
  const to = join(folder, "to");
  await buffer(keepInFolder(packFolder(from), to));
  expect(() => statSync(join(to, "blobs"))).toThrow();
});

test("what is kept in a file is given on unchanged, and nobody else can read it", async () => {
  const bytes = randomBytes(2_000_000);
  const path = join(folder, "kept");
  expect((await buffer(keepInFile(slices(bytes), path))).equals(bytes)).toBe(true);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test("a place that cannot be written ends the stream with an error", async () => {
  await expect(buffer(keepInFile(slices(randomBytes(10)), join(folder, "none/kept")))).rejects.toThrow("ENOENT");
});

async function* slices(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}
