import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openLayoutStore } from "../../../src/system/layout-store.ts";
import { scratch } from "./scratch.ts";

const hex = "a".repeat(64);
const digest = `sha256:${hex}`;

function place(): { readonly folder: string; readonly blob: string; readonly index: string } {
  const folder = scratch();
  mkdirSync(join(folder, "blobs/sha256"), { recursive: true });
  return { folder, blob: join(folder, "blobs/sha256", hex), index: join(folder, "index.json") };
}

/** What is said of it, asked for in each way. */
async function told(folder: string): Promise<readonly string[]> {
  const store = openLayoutStore(folder);
  const all = async (): Promise<void> => {
    for await (const part of store.blob(digest, 1)) expect(part.length).toBeGreaterThan(0);
  };
  const asked = await Promise.allSettled([store.index(), store.manifest(digest), all()]);
  return asked.map((one) => (one.status === "rejected" ? (one.reason as Error).message : "read"));
}

const threeTimes = (text: string): readonly string[] => [text, text, text];

test("files are read, where links lead to them too", async () => {
  const { folder, blob, index } = place();
  writeFileSync(join(folder, "other"), "{}");
  symlinkSync("../../other", blob);
  writeFileSync(index, "{}");
  expect(await told(folder)).toEqual(threeTimes("read"));
  expect((await openLayoutStore(folder).index()).toString()).toBe("{}");
});

test("what is not there is told", async () => {
  expect(await told(place().folder)).toEqual(threeTimes("it is not there"));
});

test("a pipe that nobody writes to is not waited for", async () => {
  const { folder, blob, index } = place();
  execFileSync("/usr/bin/env", ["mkfifo", blob, index]);
  expect(await told(folder)).toEqual(threeTimes("it is no regular file"));
});

test("a device is not read", async () => {
  const { folder, blob, index } = place();
  for (const path of [blob, index]) symlinkSync("/dev/zero", path);
  expect(await told(folder)).toEqual(threeTimes("it is no regular file"));
});

test("a socket is not read", async () => {
  const { folder, blob, index } = place();
  // a socket's own path may be no longer than 107 bytes
  const path = join(folder, "s");
  const server = createServer().listen(path);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  for (const link of [blob, index]) symlinkSync(path, link);
  expect(await told(folder)).toEqual(threeTimes("it is no regular file"));
});

test("a folder is not read", async () => {
  const { folder, blob, index } = place();
  for (const path of [blob, index]) mkdirSync(path);
  expect(await told(folder)).toEqual(threeTimes("it is a folder"));
});

test("a document is not taken in where it is larger than 4 MiB; a blob may be", async () => {
  const { folder, blob, index } = place();
  for (const path of [blob, index]) {
    writeFileSync(path, "");
    truncateSync(path, 4 << 20);
  }
  expect(await told(folder)).toEqual(threeTimes("read"));
  for (const path of [blob, index]) truncateSync(path, (4 << 20) + 1);
  const tooLarge = "it is larger than 4194304 bytes";
  expect(await told(folder)).toEqual([tooLarge, tooLarge, "read"]);
});
