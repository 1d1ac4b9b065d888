import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { constants, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { batchBytes, batchesThere, type Compression, type Decoded, decode } from "../../../src/layer/decode.ts";
import { decodeWhole } from "../../../src/layer/decode-whole.ts";
import { type AtOnce, isAtOnce } from "../../../src/layer/engine/at-once.ts";
import { inPieces } from "../image/made-image.ts";
import { toolBzip2, toolXz, zeroBlock } from "./made-by-tool.ts";
import { makeBzip2 } from "./made-bzip2.ts";
import { makeGitPack } from "./made-git-pack.ts";
import { makeXz } from "./made-xz.ts";

const limits = { maxBytes: 1e9, bombRatio: 250, bombBytes: 1e8 };
const skippable = Buffer.from([0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
const large = Buffer.concat([
  randomBytes(50_000),
  Buffer.alloc(3_000_000, "some text that repeats "),
  randomBytes(50_000),
]);
const zeros = Buffer.alloc(9);
const small = Buffer.concat([randomBytes(3000), Buffer.alloc(4000, "runs "), Buffer.alloc(1000), randomBytes(1000)]);
const toolText = Buffer.from(Array.from({ length: 2000 }, (_, line) => `line ${line} of ${line % 7}\n`).join(""));
const gzip = (text: string | Buffer) => gzipSync(text);
const zstd = (text: string | Buffer) => zstdCompressSync(text);

async function stream(compression: Compression, bytes: Buffer, pieceBytes: number, used = limits) {
  const pieces: Buffer[] = [];
  const result: Decoded = await decode(compression, inPieces(bytes, pieceBytes), used, (piece) => {
    pieces.push(Buffer.from(piece));
  });
  return { ...result, text: Buffer.concat(pieces) };
}

/** From batches whose memory is used again as soon as it may be. */
async function unpackLent(compression: Compression, packed: Buffer): Promise<Buffer> {
  async function* batches(): AsyncGenerator<Uint8Array> {
    const lent = Array.from({ length: batchesThere }, () => Buffer.alloc(batchBytes));
    for (let at = 0, nth = 0; at < packed.length; at += batchBytes, nth++) {
      const batch = lent[nth % batchesThere]!.fill(0xff);
      // who still unpacks what was there has the time to see that it is gone
      await setImmediate();
      yield batch.subarray(0, packed.copy(batch, 0, at));
    }
  }

  const pieces: Buffer[] = [];
  const result = await decode(compression, batches(), limits, (piece) => void pieces.push(Buffer.from(piece)));
  expect(result.problem).toBeUndefined();
  return Buffer.concat(pieces);
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
    ["zlib", "zlib", deflateSync(large), large],
    ["xz", "xz", makeXz(large), large],
    [
      "several xz streams with padding between and after",
      "xz",
      Buffer.concat([makeXz("one"), Buffer.alloc(8), makeXz(small), Buffer.alloc(4)]),
      Buffer.concat([Buffer.from("one"), small]),
    ],
    ["an empty xz stream", "xz", makeXz(""), Buffer.alloc(0)],
    // as the tools wrote them: xz with matches, bzip2 with tables that fit
    ["xz as the tool makes it", "xz", Buffer.from(toolXz, "base64"), toolText],
    ["bzip2 as the tool makes it", "bzip2", Buffer.from(toolBzip2, "base64"), toolText],
    ["bzip2 of several blocks", "bzip2", makeBzip2(small), small],
    [
      "several bzip2 streams with zeros between",
      "bzip2",
      Buffer.concat([makeBzip2("one"), makeBzip2(small), zeros, makeBzip2("two"), zeros]),
      Buffer.concat([Buffer.from("one"), small, Buffer.from("two")]),
    ],
    ["an empty bzip2 stream", "bzip2", makeBzip2(""), Buffer.alloc(0)],
  ];
  test.each(whole)("gives all of %s", async (_, compression, packed, text) => {
    for (const pieceBytes of [packed.length, 1000, 7919, ...(packed.length < 20_000 ? [1] : [])]) {
      const result = await stream(compression, packed, pieceBytes);
      expect(result).toMatchObject({ bytes: text.length, trailing: 0 });
      expect(result.problem).toBeUndefined();
      expect(result.text.equals(text)).toBe(true);
    }
    if (!isAtOnce(compression)) return;
    const atOnce = decodeWhole(compression, packed, 1e8, limits)!;
    expect(Buffer.concat(atOnce.pieces).equals(text)).toBe(true);
    expect(atOnce).not.toHaveProperty("problem");
  });

  const noise = randomBytes(5 * batchBytes + 1234);
  const few = randomBytes(30_000);
  const much = Buffer.concat(Array.from({ length: 100 }, () => few));
  const lent: [string, Compression, Buffer, Buffer][] = [
    ["gzip", "gzip", gzip(noise), noise],
    ["several gzip members", "gzip", Buffer.concat([gzip(noise), gzip(noise)]), Buffer.concat([noise, noise])],
    ["zstd", "zstd", Buffer.concat([zstd(noise), skippable, zstd(noise)]), Buffer.concat([noise, noise])],
    ["deflate", "deflate", deflateRawSync(noise), noise],
    ["xz", "xz", Buffer.concat([makeXz(noise), makeXz(noise)]), Buffer.concat([noise, noise])],
    ["bzip2", "bzip2", Buffer.concat(Array.from({ length: 100 }, () => makeBzip2(few))), much],
  ];
  test.each(lent)("needs no more than the last batches of %s", async (_, compression, packed, text) => {
    expect(packed.length).toBeGreaterThan(batchesThere * batchBytes);
    expect((await unpackLent(compression, packed)).equals(text)).toBe(true);
  });

  test("needs no more than the last batches of a pack of Git's", async () => {
    const pack = makeGitPack([{ kind: "blob", content: noise }, ...Array(100).fill({ kind: "blob", content: few })]);
    const text = (await unpackLent("git-pack", pack)).toString("latin1");
    expect(text.includes(noise.toString("latin1"))).toBe(true);
    expect(text.split(few.toString("latin1"))).toHaveLength(101);
  });

  test("gives each object of a pack of Git's, however many are large and however it comes", async () => {
    const contents = [small, large, "a", large, noise, noise, "b", large].map((one) => Buffer.from(one));
    const pack = makeGitPack(contents.map((content) => ({ kind: "blob", content })));
    const names = contents.reduce((sum, { length }) => sum + length, 0);
    for (const pieceBytes of [pack.length, 1 << 20, batchBytes, 7919]) {
      const { text, problem } = await stream("git-pack", pack, pieceBytes);
      expect(problem).toBeUndefined();
      expect(text.length).toBeGreaterThan(names);
      let at = 0;
      for (const content of contents) {
        at = text.indexOf(content, at);
        expect(at).toBeGreaterThan(0);
        at += content.length;
      }
    }
  });

  test.each<[AtOnce, Buffer]>([
    ["gzip", gzip(large)],
    ["zstd", zstd(large)],
    ["deflate", deflateRawSync(large)],
    ["zlib", deflateSync(large)],
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

  test("says of the second of two zstd frames that it breaks off, wherever", async () => {
    const frame = zstdCompressSync("text that is packed", { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    // Node 26 takes fewer bytes than a frame's mark for nothing
    for (let cut = 4; cut <= frame.length; cut++) {
      const packed = Buffer.concat([frame, frame.subarray(0, cut)]);
      const problem = cut === frame.length ? undefined : expect.anything();
      expect((await stream("zstd", packed, 5000)).problem, `${cut}`).toEqual(problem);
      expect(decodeWhole("zstd", packed, 1e8, limits)!.problem, `${cut}`).toEqual(problem);
    }
  });

  test.each<[AtOnce, Buffer]>([
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
    expect(decodeWhole("gzip", Buffer.concat([gzip("one"), zeros, junk]), 1e8, limits)).toMatchObject({ rest: junk });
    expect(await stream("gzip", Buffer.concat([gzip("one"), junk]), 10_000)).toMatchObject({ bytes: 3, trailing: 4 });
  });

  test.each([1, 7919, batchBytes, 4 << 20])(
    "gives all of a gzip member, whatever follows it (%i bytes at once)",
    async (size) => {
      const content = size === 1 ? small : large;
      for (const junk of ["PK\x07\x08junk", "\x1f", "\x1f\x9dZ", "\x1f\x8b\x08\0"].map((text) =>
        Buffer.from(text, "latin1"),
      )) {
        const { text, trailing, problem } = await stream("gzip", Buffer.concat([gzip(content), junk]), size);
        expect(text.equals(Buffer.from(content))).toBe(true);
        if (junk[1] === 0x8b) expect(problem).toBeDefined();
        else expect({ trailing, problem }).toEqual({ trailing: junk.length, problem: undefined });
      }
    },
  );

  describe("gives all of what has another sum than it says, and says so:", () => {
    const summed = (content: Buffer): Buffer =>
      zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } });
    const ways: [Compression, (content: Buffer) => Buffer][] = [
      ["gzip", gzipSync],
      ["zlib", deflateSync],
      ["zstd", summed],
      ["xz", makeXz],
      ["bzip2", makeBzip2],
    ];

    test.each(ways)("%s", async (compression, pack) => {
      for (const content of compression === "bzip2" ? [small] : [small, large]) {
        const packed = pack(content);
        // the sum of xz stands before its index
        const back = compression === "xz" ? 12 + (packed.readUInt32LE(packed.length - 8) + 1) * 4 + 1 : 2;
        packed[packed.length - back]! ^= 1;
        for (const pieceBytes of [7919, packed.length - 2, packed.length]) {
          const { text, problem } = await stream(compression, packed, pieceBytes);
          expect(problem?.kind).toBe("corrupt");
          expect(text.equals(content)).toBe(true);
        }
        if (!isAtOnce(compression)) continue;
        const whole = decodeWhole(compression, packed, 1e8, limits)!;
        expect(whole.problem?.kind).toBe("corrupt");
        expect(Buffer.concat(whole.pieces).equals(content)).toBe(true);
      }
    });
  });

  test("gives all of bzip2 that lacks some of its last bytes, and says so", async () => {
    for (const lacking of [1, 2, 4]) {
      const packed = makeBzip2(small).subarray(0, -lacking);
      for (const pieceBytes of [1, packed.length]) {
        const { text, problem } = await stream("bzip2", packed, pieceBytes);
        expect(problem?.kind).toBe("truncated");
        expect(text.equals(small)).toBe(true);
      }
    }
  });

  test("says of a gzip member that its checksum or its length is another", async () => {
    for (const back of [1, 5]) {
      const packed = gzip(large);
      packed[packed.length - back]! ^= 1;
      const { text, problem } = await stream("gzip", packed, batchBytes);
      expect(problem?.kind).toBe("corrupt");
      expect(text.equals(large)).toBe(true);
    }
  });

  test("reads a gzip header of any length, wherever it is cut", async () => {
    const [name, comment] = ["n".repeat(300_000), "c".repeat(5000)];
    const extra = Buffer.concat([Buffer.from([4, 0]), Buffer.from("abcd")]);
    const header = Buffer.concat([
      Buffer.from("1f8b081e000000000003", "hex"),
      extra,
      Buffer.from(`${name}\0${comment}\0..`),
    ]);
    const packed = Buffer.concat([header, gzip(small).subarray(10)]);
    for (const size of [1000, 100_000, packed.length]) {
      const { text, problem } = await stream("gzip", packed, size);
      expect({ text: text.toString(), problem }).toEqual({ text: Buffer.from(small).toString(), problem: undefined });
    }
    const cut = await stream("gzip", packed.subarray(0, 200_000), 1000);
    expect(cut.problem?.kind).toBe("truncated");
  });

  test.each<[AtOnce, (content: Buffer) => Buffer]>([
    ["gzip", gzip],
    ["zstd", (content) => Buffer.concat([zstd(content), skippable])],
  ])("gives each of many small streams of %s, and of large ones between", async (compression, packOne) => {
    const contents = Array.from({ length: 3000 }, (_, at) =>
      at % 500 === 100 ? large : few.subarray(at, at + (at % 300)),
    );
    const packed = Buffer.concat(contents.map(packOne));
    for (const size of [batchBytes, 100_003]) {
      const { text, problem } = await stream(compression, packed, size);
      expect(problem).toBeUndefined();
      expect(text.equals(Buffer.concat(contents))).toBe(true);
    }
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

  test("refuses an xz dictionary that would need too much memory", async () => {
    expect((await stream("xz", makeXz("text", 0x1c), 10_000)).problem).toBeUndefined();
    for (const dictionary of [0x1d, 0x1e, 0x26]) {
      expect((await stream("xz", makeXz("text", dictionary), 10_000)).problem?.kind).toBe("limit");
    }
  });

  test.each<[Compression, Buffer]>([
    ["xz", makeXz(small)],
    ["bzip2", makeBzip2(small)],
  ])("gives what there is of %s that breaks off or is damaged, and says so", async (compression, packed) => {
    const cut = await stream(compression, packed.subarray(0, packed.length - 60), 1000);
    expect(cut.problem?.kind).toBe("truncated");
    expect(cut.text.length).toBeGreaterThan(7000);
    expect(cut.text.equals(small.subarray(0, cut.text.length))).toBe(true);
    const changed = Buffer.from(packed);
    changed[4000]! ^= 1;
    const damaged = await stream(compression, changed, 1000);
    expect(damaged.problem?.kind).toBe("corrupt");
    expect(damaged.text.length).toBeGreaterThan(5000);
    expect(
      (await stream(compression, Buffer.concat([packed, Buffer.from("junk")]), 1000)).problem ?? "told",
    ).toBeDefined();
  });

  test("reads the blocks of bzip2 behind a damaged one", async () => {
    const packed = makeBzip2(small, 1000);
    packed[600]! ^= 1;
    const { problem, text } = await stream("bzip2", packed, 1000);
    expect(problem?.kind).toBe("corrupt");
    expect(text.equals(small.subarray(1000))).toBe(true);
  });

  test("stops a bzip2 bomb, whose block holds fifty times what is usual", async () => {
    const bomb = Buffer.from(zeroBlock, "base64");
    const { problem, bytes } = await stream("bzip2", bomb, 1000, { ...limits, bombBytes: 10_000_000 });
    expect(problem?.kind).toBe("limit");
    expect(bytes).toBeLessThan(60_000_000);
  });
});
