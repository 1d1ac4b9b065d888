import { createHash, randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ImagePlace } from "../../../src/finding/finding.ts";
import type { Limits } from "../../../src/layer/limit.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { inPieces, makeArchive, makeArchiveEntries } from "../image/made-image.ts";
import {
  type MadePart,
  type MadeSparse,
  makeSparse,
  type SparseForm,
  sparseForms,
  wholeOf,
} from "../layer/made-sparse.ts";
import { makeEntry, makeTar } from "../layer/made-tar.ts";

const secret = new Secret("the-token", randomBytes(24).toString("base64url"));
const value = secret.exposeText();
const needles = needlesOf(secret, "scan");
const end = Buffer.alloc(1024);
const MiB = 1 << 20;

function scan(layer: Buffer, limits: Partial<Limits> = {}, pieceBytes?: number): Promise<ImageScan> {
  return scanArchive(inPieces(makeArchive([{ layers: [layer] }]), pieceBytes), { needles, nowSeconds: 0, limits });
}

function placesOf({ findings }: ImageScan): ImagePlace[] {
  return findings.flatMap(({ where, places = [] }) => [where, ...places]) as ImagePlace[];
}

/** Every `every` bytes of it are a part, if they are not zeros. */
function sparsed(name: string, content: Buffer, every = 512): MadeSparse {
  const parts: MadePart[] = [];
  for (let offset = 0; offset < content.length; offset += every) {
    const bytes = content.subarray(offset, offset + every);
    if (bytes.some((byte) => byte !== 0)) parts.push({ offset, bytes });
  }
  return { name, size: content.length, parts };
}

const text = Buffer.from(`line\nkey = ${value}\n`);
const far = Buffer.from(`${"x".repeat(600)}\n`);
const inText = text.indexOf(value);

describe.each(sparseForms)("a sparse file in the form %s", (form) => {
  const layerOf = (...files: readonly MadeSparse[]): Buffer =>
    Buffer.concat([...files.map((file) => makeSparse(form, file)), end]);

  test("has its findings where they are in the file, by offset and line", async () => {
    const parts = [
      { offset: 0, bytes: Buffer.from("one\ntwo\n") },
      // no zeros nearby: it is a text there
      { offset: 40_000, bytes: Buffer.concat([far, text, far]) },
    ];
    const result = await scan(layerOf({ name: "var/log/app", size: 50_000, parts }));
    expect(result).toMatchObject({ complete: true, skipped: [], unopened: [] });
    expect(placesOf(result)).toEqual([
      expect.objectContaining({ surface: "layer", path: "var/log/app", offset: 40_000 + far.length + inText, line: 5 }),
    ]);
  });

  test("of eight terabytes takes the time of what is stored", async () => {
    const parts = [
      { offset: 3 * 2 ** 40, bytes: text },
      ...Array.from({ length: 200 }, (_, index) => ({
        offset: 4 * 2 ** 40 + index * 2 ** 33,
        bytes: Buffer.from(index === 199 ? value : "x"),
      })),
    ];
    const result = await scan(layerOf({ name: "disk", size: 8 * 2 ** 40, parts }));
    expect(result).toMatchObject({ complete: true, skipped: [], unopened: [] });
    expect(placesOf(result).map(({ path, offset }) => [path, offset])).toEqual([
      ["disk", 3 * 2 ** 40 + inText],
      ["disk", 4 * 2 ** 40 + 199 * 2 ** 33],
    ]);
  });

  test("is opened when it is an archive, large or small", async () => {
    const inner = makeTar([
      { name: "a", content: Buffer.alloc(300_000) },
      { name: "b", content: gzipSync(text) },
    ]);
    const large = makeTar([
      { name: "a", content: Buffer.alloc(5 * MiB) },
      { name: "b", content: text },
    ]);
    const packed = gzipSync(makeTar([{ name: "c", content: text }]), { level: 0 });
    const result = await scan(
      layerOf(sparsed("inner.tar", inner), sparsed("large.tar", large), sparsed("packed.gz", packed, 64)),
    );
    expect(result).toMatchObject({ complete: true, skipped: [], unopened: [] });
    expect(placesOf(result).map(({ path, inner, offset, line }) => [path, inner, offset, line])).toEqual([
      ["inner.tar", ["b"], inText, 2],
      ["large.tar", ["b"], inText, 2],
      ["packed.gz", ["c"], inText, 2],
    ]);
  });

  test("is read whole by the rules for its place", async () => {
    const password = randomBytes(12).toString("base64url");
    const netrc = Buffer.from(`machine example.org login me password ${password}\n`);
    const parts = [
      { offset: 0, bytes: netrc.subarray(0, 20) },
      { offset: 20, bytes: netrc.subarray(20) },
    ];
    const result = await scan(layerOf({ name: "root/.netrc", size: 4096, parts }));
    expect(result.findings).toMatchObject([{ rule: "netrc", where: { path: "root/.netrc", line: 1 } }]);
  });

  test("has values that reach over the border of a hole", async () => {
    // the zero before it makes it one of either order
    const wide = Buffer.from(value, "utf16le");
    const parts = [...wide].flatMap((byte, index) =>
      byte === 0 ? [] : [{ offset: 5000 + index, bytes: Buffer.of(byte) }],
    );
    const result = await scan(layerOf({ name: "wide", size: 9000, parts }));
    expect(placesOf(result)).toEqual([expect.objectContaining({ path: "wide", offset: 4999 })]);
  });

  test("that is nothing but a hole, or nothing at all, is read", async () => {
    const result = await scan(
      layerOf(
        { name: "hole", size: 3 * MiB, parts: [] },
        { name: "none", size: 0, parts: [] },
        {
          name: "ended",
          size: MiB,
          parts: [
            { offset: 100, bytes: text },
            { offset: MiB, bytes: Buffer.alloc(0) },
          ],
        },
      ),
    );
    expect(result).toMatchObject({ complete: true, skipped: [], unopened: [] });
    expect(placesOf(result)).toMatchObject([{ path: "ended", offset: 100 + inText }]);
  });

  test("does not keep what comes behind it from being found", async () => {
    const sparse = { name: "first", size: 10_000, parts: [{ offset: 7, bytes: Buffer.from("x") }] };
    const last = makeEntry({ name: "next", content: "y", padding: `old ${value}` });
    const result = await scan(Buffer.concat([makeSparse(form, sparse), ...last, end]));
    expect(placesOf(result)).toMatchObject([{ surface: "slack", path: "next" }]);
  });

  test.each<[string, [number, number][], string]>([
    [
      "overlaps",
      [
        [100, 10],
        [105, text.length - 10],
      ],
      "the parts in its map overlap",
    ],
    [
      "goes backwards",
      [
        [100, 10],
        [0, text.length - 10],
      ],
      "the parts in its map overlap",
    ],
    [
      "goes beyond the end",
      [
        [0, 10],
        [9990, text.length - 10],
      ],
      "its map goes beyond its end",
    ],
    [
      "has a number below zero",
      [
        [0, 10],
        [100, -5],
      ],
      "its map",
    ],
    [
      "has a number that is too large",
      [
        [0, 10],
        [2 ** 60, 5],
      ],
      "its map",
    ],
  ])("whose map %s is a remark, and is read as it is stored", async (_, said, why) => {
    const file = { name: "bad", size: 10_000, parts: [{ offset: 0, bytes: text }] };
    const result = await scan(Buffer.concat([makeSparse(form, file, said), end]));
    expect(result).toMatchObject({
      complete: false,
      skipped: [{ what: "bad in layer 0 of linux/amd64", why: expect.stringContaining(why) as string }],
    });
    expect(placesOf(result)).toMatchObject([{ path: "bad" }]);
  });

  test.each([
    ["less", -4],
    ["more", 4],
  ])("of which %s is stored than its map says is a remark, and read", async (what, more) => {
    const file = { name: "bad", size: 10_000, parts: [{ offset: 200, bytes: text }] };
    const result = await scan(Buffer.concat([makeSparse(form, file, [[200, text.length - more]]), end]));
    const why = `a sparse file of which ${what} is stored than its map says`;
    expect(result).toMatchObject({ complete: false, skipped: [{ what: "bad in layer 0 of linux/amd64", why }] });
    expect(placesOf(result)).toMatchObject([{ path: "bad", offset: 200 + inText }]);
  });

  test("that is cut off is a remark, and read so far", async () => {
    const file = {
      name: "cut",
      size: 3 * MiB,
      parts: [{ offset: 200, bytes: Buffer.concat([text, Buffer.alloc(MiB, "x")]) }],
    };
    const layer = makeSparse(form, file);
    const result = await scan(layer.subarray(0, layer.length - 1000));
    expect(result.complete).toBe(false);
    expect(placesOf(result)).toMatchObject([{ path: "cut", offset: 200 + inText }]);
  });

  test.each<[string, Partial<Limits>]>([
    ["the limits allow", { nestedBytes: 4 * MiB }],
    ["fit what is stored of it", { bombBytes: 4 * MiB }],
  ])("that is an archive with more zeros than %s is read so far, and that is said", async (_, limits) => {
    const inner = makeTar([
      { name: "a", content: text },
      { name: "b", content: Buffer.alloc(6 * MiB) },
      { name: "c", content: text },
    ]);
    const result = await scan(layerOf(sparsed("inner.tar", inner)), limits);
    expect(result).toMatchObject({
      complete: false,
      skipped: [{ what: "inner.tar in layer 0 of linux/amd64", why: expect.stringContaining("holes") as string }],
    });
    // what lies behind is not lost, but not told apart
    expect(placesOf(result)).toMatchObject([
      { path: "inner.tar", offset: inner.lastIndexOf(value) },
      { path: "inner.tar", inner: ["a"], offset: inText },
    ]);
  });

  test("is, in any pieces, found as if it were stored whole", async () => {
    const piece = fc.oneof(
      fc.integer({ min: 1, max: 3000 }).map((length) => Buffer.alloc(length)),
      fc.constantFrom(
        text,
        Buffer.from("some\ntext\n"),
        Buffer.from(value),
        Buffer.from(value, "utf16le"),
        Buffer.alloc(9000),
        Buffer.alloc(1),
      ),
    );
    // what is around a file are zeros, too
    const edge = Buffer.from("|");
    const content = fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat([edge, ...pieces, edge]));
    const cut = fc.record({
      content,
      every: fc.constantFrom(1, 7, 64, 512, 4096),
      bytes: fc.constantFrom(512, 1000, 65_536),
    });
    await fc.assert(
      fc.asyncProperty(cut, async ({ content, every, bytes }) => {
        const file = sparsed("file", content, every);
        expect(wholeOf(file)).toEqual(content);
        const sparse = await scan(layerOf(file), {}, bytes);
        const plain = await scan(makeTar([{ name: "file", content }]));
        const told = (result: ImageScan) => placesOf(result).map(({ path, offset, line }) => ({ path, offset, line }));
        expect(sparse.complete).toBe(true);
        expect(told(sparse)).toEqual(told(plain));
      }),
      { numRuns: 30 },
    );
  });
});

describe("an image's archive that was packed with its holes left out", () => {
  const layer = makeTar([
    { name: "a", content: Buffer.alloc(3 * MiB) },
    { name: "etc/b", content: text },
  ]);
  const entries = makeArchiveEntries([{ layers: [layer] }]);
  const packed = (form: SparseForm): Buffer =>
    Buffer.concat([
      ...entries.map((entry) =>
        entry.content === undefined
          ? Buffer.concat(makeEntry(entry))
          : makeSparse(form, sparsed(entry.name, Buffer.from(entry.content as Buffer))),
      ),
      end,
    ]);

  test.each(sparseForms)("is read as if they were there (%s)", async (form) => {
    const result = await scanArchive(inPieces(packed(form)), { needles, nowSeconds: 0 });
    expect(result).toMatchObject({ complete: true, skipped: [] });
    const diffId = `sha256:${createHash("sha256").update(layer).digest("hex")}`;
    expect(placesOf(result)).toMatchObject([{ layer: { index: 0, diffId }, path: "etc/b", offset: inText, line: 2 }]);
  });

  test("is read so far as the limits allow, and that is said", async () => {
    const result = await scanArchive(inPieces(packed("1.0")), { needles, nowSeconds: 0, limits: { layerBytes: MiB } });
    expect(result.complete).toBe(false);
    expect(result.skipped.map(({ why }) => why).join()).toContain("holes");
  });
});
