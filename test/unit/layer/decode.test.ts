import { randomBytes } from "node:crypto";
import { constants, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type Compression, type Decoded, decode } from "../../../src/layer/decode.ts";
import { decodeWhole } from "../../../src/layer/decode-whole.ts";
import { inPieces } from "../image/made-image.ts";

const limits = { maxBytes: 1e9, bombRatio: 250, bombBytes: 1e8 };
const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const large = Buffer.concat([
  randomBytes(50_000),
  Buffer.alloc(3_000_000, "some text that repeats "),
  randomBytes(50_000),
]);
const zeros = Buffer.alloc(9);
const gzip = (text: string | Buffer) => gzipSync(text);
const zstd = (text: string | Buffer) => zstdCompressSync(text);

async function stream(compression: Compression, bytes: Buffer, pieceBytes: number, used = limits) {
  const pieces: Buffer[] = [];
  const result: Decoded = await decode(compression, inPieces(bytes, pieceBytes), used, (piece) => {
    pieces.push(piece);
  });
  return { ...result, text: Buffer.concat(pieces) };
}

describe("decompression", () => {
  const whole: [string, Compression, Buffer, Buffer][] = [
    ["one gzip member", "gzip", gzip(large), large],
    [
      "several gzip members",
      "gzip",
      Buffer.concat([gzip("one"), gzip(large), gzip("two")]),
      Buffer.concat([Buffer.from("one"), large, Buffer.from("two")]),
    ],
    [
      "gzip members with zeros between and after",
      "gzip",
      Buffer.concat([gzip("one"), zeros, gzip("two"), zeros]),
      Buffer.from("onetwo"),
    ],
    ["an empty gzip member", "gzip", gzip(""), Buffer.alloc(0)],
    ["one zstd frame", "zstd", zstd(large), large],
    [
      "several zstd frames, and skippable ones",
      "zstd",
      Buffer.concat([skippable, zstd("one"), skippable, zstd(large), zstd("two"), skippable]),
      Buffer.concat([Buffer.from("one"), large, Buffer.from("two")]),
    ],
    ["raw deflate", "deflate", deflateRawSync(large), large],
  ];
  test.each(whole)("gives all of %s", async (_, compression, packed, text) => {
    for (const pieceBytes of [packed.length, 1000, 7919]) {
      const result = await stream(compression, packed, pieceBytes);
      expect(result).toMatchObject({ bytes: text.length, trailing: 0 });
      expect(result.problem).toBeUndefined();
      expect(result.text.equals(text)).toBe(true);
    }
    const atOnce = decodeWhole(compression, packed, 1e8, limits)!;
    expect(Buffer.concat(atOnce.pieces).equals(text)).toBe(true);
    expect(atOnce).not.toHaveProperty("problem");
  });

  test.each<[Compression, Buffer]>([
    ["gzip", gzip(large)],
    ["zstd", zstd(large)],
    ["deflate", deflateRawSync(large)],
  ])("gives what there is of %s that breaks off, and says so", async (compression, packed) => {
    const cut = packed.subarray(0, packed.length - 100);
    const result = await stream(compression, cut, 5000);
    expect(result.problem?.kind).toBe("truncated");
    expect(result.text.length).toBeGreaterThan(2_000_000);
    expect(result.text.equals(large.subarray(0, result.text.length))).toBe(true);
    const atOnce = decodeWhole(compression, cut, 1e8, limits)!;
    expect(atOnce.problem?.kind).toBe("truncated");
    expect(Buffer.concat(atOnce.pieces).length).toBeGreaterThan(2_000_000);
  });

  test.each<[Compression, Buffer]>([
    ["gzip", gzip(large)],
    ["zstd", zstd(large)],
    ["deflate", deflateRawSync(large)],
  ])("says that %s is damaged", async (compression, packed) => {
    // The first block is of a type that does not exist.
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, compression === "deflate" ? 0 : compression === "gzip" ? 10 : 9, 100);
    expect((await stream(compression, damaged, 5000)).problem).toBeDefined();
    expect(decodeWhole(compression, damaged, 1e8, limits)!.problem).toBeDefined();
  });

  test("counts what follows the end", async () => {
    const junk = Buffer.from("junk");
    expect(await stream("zstd", Buffer.concat([zstd("one"), zeros, junk]), 10_000)).toMatchObject({
      bytes: 3,
      trailing: 4,
    });
    expect(await stream("deflate", Buffer.concat([deflateRawSync("one"), junk]), 10_000)).toMatchObject({
      bytes: 3,
      trailing: 4,
    });
    expect(decodeWhole("gzip", Buffer.concat([gzip("one"), zeros, junk]), 1e8, limits)).toMatchObject({ trailing: 4 });
    // As a stream, gzip cannot tell junk from a damaged member: said, not passed over.
    expect((await stream("gzip", Buffer.concat([gzip("one"), junk]), 10_000)).problem?.kind).toBe("corrupt");
  });

  test("stops at the limit of bytes and at a bomb's ratio, having given what fitted", async () => {
    const bomb = gzipSync(Buffer.alloc(30_000_000));
    const few = await stream("gzip", bomb, 1000, { ...limits, maxBytes: 2_500_000 });
    expect(few).toMatchObject({ bytes: 2_500_000, problem: { kind: "limit" } });
    expect(few.text.length).toBe(2_500_000);
    const ratio = await stream("gzip", bomb, 1000, { ...limits, bombBytes: 5_000_000 });
    expect(ratio.problem).toMatchObject({ kind: "limit", why: expect.stringContaining("250") });
    expect(ratio.bytes).toBeLessThan(10_000_000);
    expect(decodeWhole("gzip", bomb, 1_000_000, limits)).toBeUndefined();
  });

  test("lets what its taker throws through, as it is", async () => {
    const failing = decode("gzip", inPieces(gzip(large), 1000), limits, () => {
      throw new RangeError("the taker's own");
    });
    await expect(failing).rejects.toThrow(new RangeError("the taker's own"));
  });

  test("lets go when its source fails", async () => {
    async function* failing() {
      yield gzip(large).subarray(0, 5000);
      throw new RangeError("the source's own");
    }
    await expect(decode("gzip", failing(), limits, () => {})).rejects.toThrow(new RangeError("the source's own"));
  });

  test("refuses a window that would need too much memory", async () => {
    const params = {
      [constants.ZSTD_c_windowLog]: 28,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
      [constants.ZSTD_c_contentSizeFlag]: 0,
    };
    const packed = zstdCompressSync(Buffer.alloc(1 << 20), { params });
    // The frame's header says how large a window it wants.
    packed[5] = (31 - 10) << 3;
    expect((await stream("zstd", packed, 10_000)).problem?.kind).toBe("limit");
  });
});
