import { randomBytes } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Limits } from "../../../src/layer/limit.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { scanFilesystemTar } from "../../../src/scan/scan-filesystem-tar.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { inPieces, makeArchive, makeArchiveEntries } from "../image/made-image.ts";
import { makeHeader, makeTar, withChecksum } from "../layer/made-tar.ts";
import { makeZip } from "../layer/made-zip.ts";

const secret = new Secret("the-token", randomBytes(30).toString("base64"));
const value = secret.exposeText();
const needles = needlesOf(secret, "scan");
const image = { layers: [[{ name: "a", content: "1".repeat(5000) }], [{ name: "b", content: `x ${value}` }]] };

/** What is tried here is reading: known values are enough, and setting up all rules takes longer than such a scan. */
const rules = { content: [], place: [] };

function scan(archive: Buffer, limits: Partial<Limits> = {}): Promise<ImageScan> {
  return scanArchive(inPieces(archive), { needles, nowSeconds: 0, limits, rules });
}

function scanFile(content: Buffer, limits: Partial<Limits> = {}): Promise<ImageScan> {
  return scan(makeArchive([{ layers: [[{ name: "file", content }]] }]), limits);
}

/** The scan is not complete, says why, and has found the value all the same. */
function expectIncomplete(result: ImageScan, why: string | RegExp, found = true): void {
  expect(result.complete).toBe(false);
  expect(result.skipped.map((one) => `${one.what}: ${one.why}`).join("\n")).toMatch(why);
  if (found) expect(result.findings).toMatchObject([{ rule: "known-value", secret: { name: "the-token" } }]);
}

describe("an archive that cannot be read whole is not clean", () => {
  test("when it breaks off at any byte", async () => {
    const archive = makeArchive([image]);
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: archive.length - 1025 }), async (length) => {
        expect((await scan(archive.subarray(0, length))).complete).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test("when any one of its bytes is another", async () => {
    for (const options of [
      { form: "docker" },
      { form: "oci", packing: "gzip" },
      { form: "oci", packing: "zstd" },
    ] as const) {
      const entries = makeArchiveEntries([image], options);
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), fc.integer({ min: 1, max: 255 }), async (which, where, change) => {
          const blobs = entries.filter(({ name, content }) => name.startsWith("blobs/") && content !== undefined);
          const blob = blobs[which % blobs.length]!;
          const content = Buffer.from(blob.content as Buffer);
          content[where % content.length]! ^= change;
          const result = await scan(makeTar(entries.map((entry) => (entry === blob ? { ...entry, content } : entry))));
          expect(result.complete).toBe(false);
        }),
        { numRuns: 40 },
      );
    }
  });

  test("when it breaks off, its blobs' names trusted or not", async () => {
    const large = { layers: [[{ name: "a", content: randomBytes(2 << 20) }]] };
    const archive = makeArchive([large], { form: "docker" });
    const trusted = (bytes: Buffer) => scanArchive(inPieces(bytes), { needles, nowSeconds: 0, trustNames: true });
    const whole = await trusted(archive);
    expect(whole).toEqual(await scan(archive));
    expect(whole.complete).toBe(true);
    expect((await trusted(archive.subarray(0, 1 << 20))).complete).toBe(false);
  });

  test("when a blob is missing", async () => {
    const entries = makeArchiveEntries([image], { form: "oci" });
    for (const missing of entries.filter(
      ({ name, content }) => name.startsWith("blobs/sha256/") && content !== undefined,
    )) {
      const result = await scan(makeTar(entries.filter((entry) => entry !== missing)));
      expectIncomplete(result, "is not in the archive", false);
      expect(result.skipped.map(({ what }) => what).join()).toContain(missing.name.slice("blobs/sha256/".length));
    }
    const without = entries.filter(({ name }) => name !== "index.json");
    expectIncomplete(await scan(makeTar(without)), "neither an index.json nor a manifest.json");
  });

  test("when a layer is of no kind that is known", async () => {
    expectIncomplete(
      await scan(makeArchive([{ layers: [Buffer.from("no tar at all".repeat(100))] }])),
      "not a tar",
      false,
    );
    const xz = Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), randomBytes(1000)]);
    expectIncomplete(await scan(makeArchive([{ layers: [xz] }])), "not a tar", false);
  });

  test("when a layer's tar is malformed; what can be read is read", async () => {
    const negative = makeHeader("b", "0", 0);
    negative.write("-0000000001", 124);
    const good = makeTar([{ name: "a", content: "1" }]).subarray(0, 1024);
    const layer = Buffer.concat([good, withChecksum(negative), Buffer.from(value), Buffer.alloc(1024)]);
    expectIncomplete(await scan(makeArchive([{ layers: [layer] }])), /layer 0 of linux\/amd64: .*impossible size/);
    expectIncomplete(await scan(makeArchive([{ layers: [layer] }], { packing: "gzip" })), "impossible size");
  });

  test("when something follows the compressed data of a layer", async () => {
    const layer = Buffer.concat([zstdCompressSync(makeTar([{ name: "a" }])), Buffer.from(value)]);
    expectIncomplete(await scan(makeArchive([{ layers: [layer] }])), "bytes follow the end");
  });

  test("when the stream fails", async () => {
    async function* failing() {
      yield* inPieces(makeArchive([image]).subarray(0, 20_000));
      throw new Error("the daemon is gone");
    }
    expectIncomplete(await scanArchive(failing(), { needles, nowSeconds: 0 }), "its stream broke off", false);
    expect((await scanFilesystemTar(failing(), { needles, nowSeconds: 0 })).complete).toBe(false);
  });

  test("when it is empty, or something else", async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.alloc(1024), Buffer.from("hello"), randomBytes(10_000)]) {
      expect((await scan(bytes)).complete).toBe(false);
    }
    expect((await scan(makeTar([{ name: "a", content: value }]))).findings).toHaveLength(1);
  });
});

describe("a limit that cuts something is said", () => {
  const bomb = gzipSync(Buffer.alloc(80_000_000));

  test("of a gzip bomb", async () => {
    expectIncomplete(
      await scanFile(bomb, { bombBytes: 10_000_000 }),
      /^file in layer 0 of linux\/amd64: .*250 times its size/,
      false,
    );
  });

  test("of a zip bomb", async () => {
    const zip = makeZip([{ name: "zeros", content: Buffer.alloc(80_000_000), method: "deflate" }]);
    expectIncomplete(
      await scanFile(zip, { bombBytes: 10_000_000 }),
      /^file → zeros in layer 0.*250 times its size/,
      false,
    );
  });

  test("of an expansion, of a layer's size, of a document's size", async () => {
    const text = randomBytes(3_000_000);
    expectIncomplete(await scanFile(gzipSync(text), { nestedBytes: 1_000_000 }), "more than 1000000 bytes", false);
    const two = makeArchive([{ layers: [["a", "b"].map((name) => ({ name, content: gzipSync(text) }))] }]);
    expectIncomplete(
      await scan(two, { allNestedBytes: 5_000_000 }),
      // both are unpacked at once: whichever comes to the limit
      /^[ab] in layer 0.* more than [1-4]\d{6} bytes/,
      false,
    );
    const packed = makeArchive([{ layers: [[{ name: "a", content: text }]] }], { packing: "gzip" });
    expectIncomplete(await scan(packed, { layerBytes: 1_000_000 }), "more than 1000000 bytes", false);
    const labelled = makeArchive([{ ...image, labels: { note: "x".repeat(200) } }]);
    expectIncomplete(await scan(labelled, { documentBytes: 100 }), "a text in it is larger than 100 bytes");
  });

  test("of archives in archives, and of their number", async () => {
    let nested: Buffer = Buffer.from(value);
    for (let depth = 0; depth < 9; depth++) nested = gzipSync(nested);
    expectIncomplete(await scanFile(nested), "in more than 8 archives in each other", false);
    const files = Array.from({ length: 10 }, (_, index) => ({ name: `${index}`, content: gzipSync("x") }));
    expectIncomplete(await scan(makeArchive([{ layers: [files] }]), { nested: 9 }), "more than 9 archives", false);
    expect((await scan(makeArchive([{ layers: [files] }]), { nested: 10 })).complete).toBe(true);
  });

  test("of what only begins like an archive", async () => {
    const beginnings = [gzipSync(value).subarray(0, 15), makeZip([{ name: "a", content: "b" }]).subarray(0, 32)];
    const files = [...beginnings, ...beginnings, gzipSync(value)].map((content, index) => ({
      name: `${index}`,
      content,
    }));
    const archive = makeArchive([{ layers: [files] }]);
    expectIncomplete(
      await scan(archive, { damaged: 4 }),
      "archives in files were damaged 4 times: no more are opened",
      false,
    );
    const all = await scan(archive, { damaged: 5 });
    expect(all).toMatchObject({ complete: true, findings: [{ where: { path: "4" } }] });
  });

  test("of the remarks themselves", async () => {
    const content = Buffer.from("7z\xbc\xaf\x27\x1c", "latin1");
    const files = Array.from({ length: 1002 }, (_, index) => ({ name: `${index}`, content }));
    const { complete, unopened } = await scan(makeArchive([{ layers: [files] }]));
    expect(complete).toBe(true);
    expect(unopened).toHaveLength(1001);
    expect(unopened.at(-1)).toEqual({ what: "2 more", why: "only the first 1000 are listed" });
  });
});

describe("what looks like an archive in a file and is none", () => {
  test.each<[string, Buffer]>([
    ["gzip that breaks off", gzipSync(randomBytes(1000)).subarray(0, 500)],
    ["no gzip", Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0]), randomBytes(100)])],
    ["a zip without its directory", makeZip([{ name: "a", content: "b" }]).subarray(0, 32)],
    ["an encrypted zip", makeZip([{ name: "a", content: "b", encrypted: true }])],
    ["a tar that breaks off", makeTar([{ name: "a", content: "b" }]).subarray(0, 800)],
    ["xz", Buffer.concat([Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]), randomBytes(100)])],
    ["bzip2", Buffer.concat([Buffer.from("BZh91AY&SY", "latin1"), randomBytes(100)])],
  ])("is searched as it is, and told: %s", async (_, content) => {
    const result = await scanFile(Buffer.concat([content, Buffer.from(value)]));
    expect(result).toMatchObject({ complete: true, skipped: [], findings: [{ where: { path: "file" } }] });
    expect(result.unopened.map(({ what }) => what).join()).toMatch(/^file.* in layer 0 of linux\/amd64/);
  });
});

test("a scan of anything ends, and never throws", async () => {
  const archive = makeArchive([image], { form: "docker", packing: "gzip" });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat({ max: archive.length }), fc.uint8Array({ maxLength: 40 }))),
      async (changes) => {
        const bytes = Buffer.from(archive);
        for (const [at, patch] of changes) bytes.set(patch.subarray(0, bytes.length - at), at);
        await scan(bytes);
      },
    ),
    { numRuns: 100 },
  );
});
