import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { decodeWhole } from "../../../src/layer/decode-whole.ts";
import { hasRefused } from "../../../src/layer/engine/refused.ts";
import { sniff } from "../../../src/layer/magic.ts";

const limits = { maxBytes: 1e6, bombRatio: 250, bombBytes: 1e6 };
/** Its first block has codes of its own, which are none. */
const huffman = Buffer.from("\x78\x9c\x65aaaaaaaaaaaaaaa", "latin1");

test.each<[string, () => unknown]>([
  ["what only begins as a zlib stream", () => sniff(huffman, 0, huffman.length)],
  ["a damaged gzip file", () => decodeWhole("gzip", damaged(gzipSync("text"), 10), 1e6, limits)],
  ["a damaged zstd file", () => decodeWhole("zstd", damaged(zstdCompressSync("text"), 6), 1e6, limits)],
])("says once that it was in vain: %s", (_, tried) => {
  hasRefused();
  tried();
  expect(hasRefused()).toBe(true);
  expect(hasRefused()).toBe(false);
});

test.each<[string, () => unknown]>([
  ["a zlib stream", () => sniff(deflateSync("text"), 0, 12)],
  ["a text like a stored block", () => sniff(Buffer.from("XG is a text that begins so"), 0, 27)],
  ["a gzip file", () => decodeWhole("gzip", gzipSync("text"), 1e6, limits)],
])("says nothing of %s", (_, tried) => {
  hasRefused();
  tried();
  expect(hasRefused()).toBe(false);
});

function damaged(bytes: Buffer, from: number): Buffer {
  return Buffer.from(bytes).fill(0xff, from);
}
