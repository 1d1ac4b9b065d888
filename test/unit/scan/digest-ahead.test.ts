import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { asideBytes, digestAhead } from "../../../src/scan/digest-ahead.ts";
import type { ArchiveFile } from "../../../src/scan/pass.ts";
import { makeHeader } from "../layer/made-tar.ts";

type Made = { readonly name: string; readonly bytes: number; readonly type?: string };

/** An archive's headers, with nothing between them. */
function archiveOf(entries: readonly Made[], endsWith?: Buffer) {
  const blocks = new Map<number, Buffer>();
  const starts: number[] = [];
  let end = 0;
  for (const { name, bytes, type = "0" } of entries) {
    blocks.set(end, makeHeader(name, type, bytes));
    starts.push(end + 512);
    end += 512 + Math.ceil(bytes / 512) * 512;
  }
  if (endsWith !== undefined) blocks.set(end, endsWith);
  const asked: string[] = [];
  const file: ArchiveFile = {
    read: (into, from, to, at) => {
      if (at >= end + 1024) return 0;
      into.fill(0, from, to);
      blocks.get(at)?.copy(into, from);
      return to - from;
    },
    stream: () => expect.unreachable(),
    part: () => expect.unreachable(),
    digest: (algorithm, at, bytes) => {
      asked.push(`${algorithm} ${at} ${bytes}`);
      return Promise.resolve(`of ${at}`);
    },
  };
  return { file, asked, starts };
}

const digestName = () => `blobs/sha256/${randomBytes(32).toString("hex")}`;

test("the large files of an archive are hashed at once, each by what its name says", async () => {
  const long = `blobs/sha512/${"ab".repeat(32)}`;
  const { file, asked, starts } = archiveOf([
    { name: "blobs/", bytes: 0, type: "5" },
    { name: digestName(), bytes: asideBytes + 3 },
    { name: "manifest.json", bytes: 700 },
    { name: long, bytes: asideBytes },
    { name: "old/layer.tar", bytes: 2 * asideBytes },
  ]);
  const ahead = digestAhead(file);
  const wanted = [
    `sha256 ${starts[1]} ${asideBytes + 3}`,
    `sha512 ${starts[3]} ${asideBytes}`,
    `sha256 ${starts[4]} ${2 * asideBytes}`,
  ];
  expect(asked).toEqual(wanted);
  expect(await ahead.digest("sha256", starts[1]!, asideBytes + 3)).toBe(`of ${starts[1]}`);
  expect(asked).toEqual(wanted);
});

test("what was not hashed ahead is hashed when it is asked for", async () => {
  const { file, asked, starts } = archiveOf([{ name: digestName(), bytes: asideBytes }]);
  const ahead = digestAhead(file);
  for (const [algorithm, at, bytes] of [
    ["sha512", starts[0]!, asideBytes],
    ["sha256", starts[0]!, asideBytes - 1],
    ["sha256", starts[0]! + 512, asideBytes],
  ] as const) {
    expect(await ahead.digest(algorithm, at, bytes)).toBe(`of ${at}`);
    expect(asked.at(-1)).toBe(`${algorithm} ${at} ${bytes}`);
  }
});

test("a file of which more is said than its header holds is left to whoever reads that", () => {
  const { file, asked, starts } = archiveOf([
    { name: "PaxHeaders/x", bytes: 30, type: "x" },
    { name: "a", bytes: asideBytes },
    { name: "././@LongLink", bytes: 200, type: "L" },
    { name: "b", bytes: asideBytes },
    { name: "c", bytes: asideBytes },
    { name: "d", bytes: asideBytes, type: "S" },
  ]);
  digestAhead(file);
  expect(asked).toEqual([`sha256 ${starts[4]} ${asideBytes}`]);
});

test.each([
  ["noise", randomBytes(512)],
  ["the end", Buffer.alloc(512)],
  ["nothing", undefined],
])("an archive that goes on with %s ends there", (_, endsWith) => {
  const { file, asked } = archiveOf([{ name: "a", bytes: asideBytes }], endsWith);
  digestAhead(file);
  expect(asked).toHaveLength(1);
});

test("a file that cannot be read, and a digest that nobody waits for, are no errors here", async () => {
  const { file } = archiveOf([{ name: "a", bytes: asideBytes }]);
  const broken = new Error("it cannot be read");
  const ahead = digestAhead({ ...file, digest: () => Promise.reject(broken) });
  await expect(ahead.digest("sha256", 512, asideBytes)).rejects.toBe(broken);
  const gone: ArchiveFile["read"] = () => {
    throw broken;
  };
  expect(() => digestAhead({ ...file, read: gone })).not.toThrow();
});

test("of an archive of very many files only the first are looked at", () => {
  let reads = 0;
  const { file } = archiveOf([]);
  digestAhead({
    ...file,
    read: (into) => {
      reads++;
      return makeHeader("a", "0", 0).copy(into);
    },
  });
  expect(reads).toBe(1000);
});
