import { randomBytes } from "node:crypto";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { type Magic, openedBeginnings, sniff } from "../../../src/layer/magic.ts";
import { makeAr, makeCpio, makeOldCpio, makeRpm } from "./made-archive.ts";
import { makeBzip2 } from "./made-bzip2.ts";
import { makeGitPack } from "./made-git-pack.ts";
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
  ["bzip2", makeBzip2("")],
  ["zlib", deflateSync("x")],
  ["zlib", deflateSync(randomBytes(5000), { level: 1 })],
  ["zlib", deflateSync(Buffer.alloc(10_000_000))],
  ["ar", makeAr([{ name: "a", content: "b" }])],
  ["cpio", makeCpio([{ name: "a", content: "b" }])],
  ["rpm", makeRpm("x")],
  ["git-pack", makeGitPack([])],
  ["git-object", Buffer.from("blob 1\0x")],
  ["7z", Buffer.from("7z\xbc\xaf\x27\x1c\0\x04", "latin1")],
  ["rar", Buffer.from("Rar!\x1a\x07\x01\0", "latin1")],
  ["lz4", Buffer.from([4, 0x22, 0x4d, 0x18, 0x64])],
  ["lzma", Buffer.from([0x5d, 0, 0, 0x80, 0, ...Array(8).fill(0xff), 0, 0])],
  ["lzip", Buffer.from("LZIP\x01\x0c", "latin1")],
  ["zip", Buffer.from("PK\x07\x08PK\x03\x04", "latin1")],
  ["zip", Buffer.from("PK00PK\x03\x04", "latin1")],
  ["unknown", Buffer.from("PK00 is a name")],
  ["xar", Buffer.from("xar!\0\x1c\0\x01", "latin1")],
  ["unknown", Buffer.from("xar! is a program")],
  ["cpio of an old kind", makeOldCpio({ name: "a/b.gz", content: "x" }, true)],
  ["cpio of an old kind", makeOldCpio({ name: "a/b.gz", content: "x" }, false)],
  ["cpio of an old kind", Buffer.from("070707 and so on")],
  ["unknown", Buffer.from("c771a401c771a401c771a401c771a401c771a401c771a401c771a401c771a401", "hex")],
  ["unknown", makeOldCpio({ name: "a", content: "x" }, true).subarray(0, 26)],
  ["unknown", makeOldCpio({ name: "a\0b", content: "x" }, true)],
  ["unknown", Buffer.from("]] is no LZMA, for want of a size")],
  ["unknown", Buffer.concat([Buffer.from([0x78, 0x9c, 0xff]), Buffer.alloc(500, 0xff)])],
  ["zlib", deflateSync(randomBytes(5000), { level: 0 })],
  ["unknown", Buffer.from("XG is a text that begins so")],
  ["unknown", Buffer.from("x^2 + y^2 = z^2, and x\x01")],
  ["unknown", Buffer.from("PACKAGES_FOUND\n--------------\n")],
  ["unknown", Buffer.from("LZIP is a program")],
  ["unknown", Buffer.from("blob of text")],
  ["unknown", Buffer.from("tag 12 is not it")],
  ["unknown", Buffer.alloc(0)],
  ["unknown", Buffer.alloc(1024)],
  ["unknown", makeTar([{ name: "a", content: "b" }]).subarray(0, 511)],
])("%s is told by its first bytes", (magic, bytes) => {
  expect(sniff(bytes, 0, Math.min(512, bytes.length))).toBe(magic);
  if (magic === "unknown" || magic === "json" || magic === "tar") return;
  // who passes over files by their first two bytes passes over none of these
  const beginning = bytes.readUInt16LE(0);
  expect(openedBeginnings[beginning >>> 3]! & (1 << (beginning & 7))).not.toBe(0);
});
