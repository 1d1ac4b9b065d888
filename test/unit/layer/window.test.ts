import { describe, expect, test } from "vitest";
import { windowOf } from "../../../src/layer/window.ts";
import { makeXz } from "./made-xz.ts";

const MiB = 1 << 20;
const least = 8 * MiB;
const most = 64 * MiB;

/** A zstd frame of a few bytes (RFC 8878, 3.1.1): a descriptor, what it announces, a block of bytes as they are. */
function frameOf(descriptor: number, fields: Buffer): Buffer {
  const block = Buffer.from([(4 << 3) | 1, 0, 0, 1, 2, 3, 4]);
  return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, descriptor]), fields, block]);
}

function frame(windowLog: number): Buffer {
  return frameOf(0, Buffer.from([(windowLog - 10) << 3]));
}

function single(bytes: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt32LE(bytes);
  return frameOf(0xa0, size);
}

function skippable(bytes: number): Buffer {
  const head = Buffer.from("5e2a4d1800000000", "hex");
  head.writeUInt32LE(bytes, 4);
  return Buffer.concat([head, Buffer.alloc(bytes)]);
}

describe("room to unpack zstd", () => {
  test.each<[string, Buffer, number]>([
    ["is what its frame asks for", frame(25), 32 * MiB],
    ["is at least so much that another frame may ask for more", frame(20), least],
    [
      "is what the largest of the frames asks for that are seen",
      Buffer.concat([frame(20), frame(25), frame(24)]),
      32 * MiB,
    ],
    ["is what comes behind a frame to skip", Buffer.concat([skippable(3), frame(25)]), 32 * MiB],
    ["is what comes behind what is no frame", Buffer.concat([frame(20), Buffer.alloc(10), frame(25)]), least],
    ["is the size of what is in one segment", single(20 * MiB), 20 * MiB],
    ["is that of a small one", single(1000), least],
    ["may be the largest while a frame to skip is all that is seen", skippable(500).subarray(0, 400), most],
    ["may be the largest while too little is seen", frame(25).subarray(0, 5), most],
    ["may be the largest while nothing is seen", Buffer.alloc(0), most],
  ])("%s", (_, head, expected) => {
    expect(windowOf("zstd", head)).toBe(expected);
  });
});

/** A block that says how large it is (the xz file format, 3.1). */
function sizedXz(dictionary: number, unpacked: number): Buffer {
  const size = [
    (unpacked & 0x7f) | 0x80,
    ((unpacked >>> 7) & 0x7f) | 0x80,
    ((unpacked >>> 14) & 0x7f) | 0x80,
    unpacked >>> 21,
  ];
  return Buffer.concat([
    makeXz("x").subarray(0, 12),
    Buffer.from([3, 0x80, ...size, 0x21, 1, dictionary, 0, 0, 0, 0, 0, 0, 0]),
  ]);
}

describe("room to unpack xz", () => {
  test.each<[string, Buffer, number]>([
    ["is what its block asks for", makeXz("x", 0x1a), 32 * MiB],
    ["is no more than what it unpacks to", sizedXz(0x1c, 20 * MiB), 24 * MiB],
    ["is that of its block where that unpacks to more", sizedXz(0x1a, 200 * MiB), 32 * MiB],
    ["is at least so much", makeXz("x"), least],
    ["may be the largest while too little is seen", makeXz("x", 0x1a).subarray(0, 14), most],
    ["may be the largest while nothing is seen", Buffer.alloc(0), most],
  ])("%s", (_, head, expected) => {
    expect(windowOf("xz", head)).toBe(expected);
  });
});

test("there is no room needed to unpack gzip", () => {
  expect(windowOf("gzip", Buffer.alloc(0))).toBe(0);
});
