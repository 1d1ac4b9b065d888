import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Magic, sniff } from "../../../src/layer/magic.ts";
import { makeTar } from "./made-tar.ts";
import { makeZip } from "./made-zip.ts";

test.each<[Magic, Buffer]>([
  ["gzip", gzipSync("x")],
  ["zstd", zstdCompressSync("x")],
  ["zstd", Buffer.from([0x5f, 0x2a, 0x4d, 0x18, 0, 0, 0, 0])],
  ["zip", makeZip([{ name: "a", content: "b" }])],
  ["tar", makeTar([{ name: "a", content: "b" }])],
  ["xz", Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00])],
  ["bzip2", Buffer.from("BZh91AY&SY", "latin1")],
  ["json", Buffer.from(' \n{"a":1}')],
  ["json", Buffer.from("[1]")],
  ["unknown", Buffer.from("BZh9 is not enough")],
  ["unknown", deflateSync("x")],
  ["unknown", Buffer.alloc(0)],
  ["unknown", Buffer.alloc(1024)],
  ["unknown", makeTar([{ name: "a", content: "b" }]).subarray(0, 511)],
])("%s is told by its first bytes", (magic, bytes) => {
  expect(sniff(bytes, 0, Math.min(512, bytes.length))).toBe(magic);
});
