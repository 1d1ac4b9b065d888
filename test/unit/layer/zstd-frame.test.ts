import { randomBytes } from "node:crypto";
import { constants, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { createZstdFrame } from "../../../src/layer/engine/zstd-frame.ts";

const noise = randomBytes(300_000);
const skippable = Buffer.concat([Buffer.from("5e2a4d1803000000", "hex"), Buffer.from("abc")]);
const compress = (content: Buffer | string, flags: Readonly<Record<number, number>> = {}): Buffer =>
  zstdCompressSync(content, { params: flags });
const { ZSTD_c_checksumFlag: checksum, ZSTD_c_contentSizeFlag: contentSize } = constants;

const frames: [string, Buffer][] = [
  ["nothing", compress("")],
  ["nothing, with a checksum", compress("", { [checksum]: 1 })],
  ["a short text", compress("text")],
  ["a text without its size", compress("text", { [contentSize]: 0 })],
  ["a text with a size of two bytes", compress(noise.subarray(0, 1000))],
  ["a text with a checksum", compress(noise.subarray(0, 1000), { [checksum]: 1 })],
  ["one byte many times", compress(Buffer.alloc(500_000, "a"), { [checksum]: 1 })],
  ["several blocks", compress(noise, { [checksum]: 1, [contentSize]: 0 })],
  ["what is to be skipped", skippable],
];

function ends(bytes: Buffer, pieceBytes = bytes.length): boolean {
  const frame = createZstdFrame();
  for (let at = 0; at < bytes.length; at += pieceBytes) frame.push(bytes.subarray(at, at + pieceBytes));
  return frame.hasEnded();
}

describe.each(frames)("a zstd frame of %s", (_, frame) => {
  test("has ended with its last byte, however it comes", () => {
    for (const pieceBytes of [1, 2, 3, 5, 7919, frame.length]) {
      expect(ends(frame, pieceBytes)).toBe(true);
      expect(ends(frame.subarray(0, -1), pieceBytes)).toBe(false);
    }
  });

  test("has not, wherever it breaks off", () => {
    const cuts = frame.length < 2000 ? frame.keys() : [0, 1, 5, 9, 100, 131_072, 200_000, frame.length - 5];
    for (const cut of cuts) expect(ends(frame.subarray(0, cut))).toBe(cut === frame.length);
  });

  test("takes no notice of what follows", () => {
    expect(ends(Buffer.concat([frame, noise]))).toBe(true);
  });
});
