import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Spot, SpotKind } from "../../../src/layer/spot.ts";
import { createTarWalker, type TarEntry } from "../../../src/layer/tar-walker.ts";
import { type MadeEntry, makeEntry, makeHeader, makeTar, withChecksum } from "./made-tar.ts";

type Walked = {
  readonly entries: readonly TarEntry[];
  readonly contents: readonly string[];
  readonly broken: readonly string[];
  readonly spot: (offset: number) => Spot;
};

/** Walks a tar that comes in pieces of a size, or cut at some places. */
function walk(tar: Buffer, cuts: number | readonly number[] = tar.length): Walked {
  const entries: TarEntry[] = [];
  const contents: string[] = [];
  const broken: string[] = [];
  const walker = createTarWalker({ root: 7, path: ["outer"] }, 0, {
    broken: (why) => broken.push(why),
    open: (entry) => {
      const index = entries.push(entry) - 1;
      contents.push("");
      return {
        write: (bytes, from, to) => {
          contents[index] += bytes.toString("latin1", from, to);
        },
        end: (_, whole) => {
          if (!whole) contents[index] += "<cut>";
        },
      };
    },
  });
  const places =
    typeof cuts === "number"
      ? Array.from({ length: Math.ceil(tar.length / Math.max(1, cuts)) }, (_, index) => index * cuts)
      : [0, ...[...cuts].sort((a, b) => a - b).filter((cut) => cut > 0 && cut < tar.length)];
  for (const [index, from] of places.entries()) walker.push(tar, from, places[index + 1] ?? tar.length, from);
  walker.end(tar.length);
  return { entries, contents, broken, spot: walker.spot };
}

/** Whose the first byte of a text in the tar is. */
function whose(tar: Buffer, text: string): { kind: SpotKind; path: readonly string[]; offset: number } {
  const offset = tar.indexOf(text);
  const { kind, path, start } = walk(tar, 100).spot(offset);
  return { kind, path, offset: offset - start };
}

describe("the tar walker", () => {
  test("gives each file's content and path, whatever way the bytes come", () => {
    const entries: MadeEntry[] = [
      { name: "./etc/", type: "5" },
      { name: "./etc/one", content: "1".repeat(700) },
      { name: "etc//two", content: "" },
      { name: "short", longName: `${"d".repeat(99)}/${"f".repeat(99)}`, content: "3" },
      { name: "short", pax: { path: "päx/näme" }, content: "4".repeat(512) },
      { name: "name", prefix: "from/prefix", content: "5" },
    ];
    const tar = makeTar(entries);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: tar.length }), { maxLength: 20 }), (cuts) => {
        const { entries: found, contents, broken } = walk(tar, cuts);
        expect(found.map(({ path }) => path)).toEqual([
          "etc",
          "etc/one",
          "etc/two",
          `${"d".repeat(99)}/${"f".repeat(99)}`,
          "päx/näme",
          "from/prefix/name",
        ]);
        expect(contents).toEqual(["", "1".repeat(700), "", "3", "4".repeat(512), "5"]);
        expect(broken).toEqual([]);
      }),
    );
    expect(walk(tar, 1).entries).toHaveLength(6);
  });

  test("knows whose each byte is", () => {
    const long = `${"d".repeat(120)}/long-name-here`;
    const tar = makeTar(
      [
        { name: "etc/file", content: "some content", padding: "old bytes" },
        { name: "etc/link", type: "2", link: "the/target" },
        { name: "x", longName: long, content: "x" },
        {
          name: "etc/attributes",
          pax: { "SCHILY.xattr.user.note": "an attribute", path: "etc/attributed" },
          content: "x",
        },
      ],
      "after the end",
    );
    expect(whose(tar, "some content")).toEqual({ kind: "content", path: ["outer", "etc/file"], offset: 0 });
    expect(whose(tar, "content")).toEqual({ kind: "content", path: ["outer", "etc/file"], offset: 5 });
    expect(whose(tar, "etc/file")).toEqual({ kind: "name", path: ["outer", "etc/file"], offset: 0 });
    expect(whose(tar, "0000644")).toMatchObject({ kind: "metadata", path: ["outer", "etc/file"] });
    expect(whose(tar, "old bytes")).toEqual({ kind: "slack", path: ["outer", "etc/file"], offset: 0 });
    expect(whose(tar, "the/target")).toMatchObject({ kind: "name", path: ["outer", "etc/link"] });
    expect(whose(tar, "long-name-here")).toMatchObject({ kind: "name", path: ["outer", long] });
    expect(whose(tar, "an attribute")).toMatchObject({ kind: "metadata", path: ["outer", "etc/attributed"] });
    expect(whose(tar, "etc/attributed")).toMatchObject({ kind: "name", path: ["outer", "etc/attributed"] });
    expect(whose(tar, "after the end")).toMatchObject({ kind: "slack", path: ["outer"] });
  });

  test("tells links, directories and others from files, and gives links no body whatever their size says", () => {
    const header = makeHeader("hard", "1", 5000, { link: "to" });
    const tar = Buffer.concat([header, ...makeEntry({ name: "next", content: "n" }), Buffer.alloc(1024)]);
    expect(walk(tar)).toMatchObject({
      entries: [
        { path: "hard", kind: "hard link", link: "to", size: 0 },
        { path: "next", kind: "file", size: 1 },
      ],
      broken: [],
    });
    const types = ["0", "\0", "7", "2", "5", "3", "4", "6", "V"].map((type) => ({ name: "a", type }));
    expect(walk(makeTar(types)).entries.map(({ kind }) => kind)).toEqual([
      "file",
      "file",
      "file",
      "symbolic link",
      "directory",
      "other",
      "other",
      "other",
      "other",
    ]);
  });

  test("reads sizes over 8 GB, and a size that PAX says", () => {
    const header = makeHeader("big", "0", 0);
    header.fill(0, 124, 136);
    header[124] = 0x80;
    header.writeBigUInt64BE(20_000_000_000n, 128);
    expect(walk(Buffer.concat([withChecksum(header), Buffer.from("begin")]))).toMatchObject({
      entries: [{ size: 20_000_000_000 }],
      contents: ["begin<cut>"],
    });
    const sized = makeTar([{ name: "a", pax: { size: "3" }, content: "abc" }]);
    const at = 2 * 512;
    withChecksum(sized.subarray(at, at + 512).fill("0", 124, 135));
    expect(walk(sized)).toMatchObject({ contents: ["abc"], broken: [] });
  });

  test("steps over the extra headers of an old sparse file", () => {
    const header = makeHeader("sparse", "S", 4);
    header[482] = 1;
    const extension = Buffer.alloc(512);
    extension[504] = 1;
    const body = Buffer.alloc(512);
    body.write("data");
    const tar = Buffer.concat([withChecksum(header), extension, Buffer.alloc(512), body, Buffer.alloc(1024)]);
    expect(walk(tar, 300)).toMatchObject({ contents: ["data"], broken: [] });
  });

  test.each<[string, Buffer, string]>([
    ["breaks off inside a file", makeTar([{ name: "a", content: "x".repeat(600) }]).subarray(0, 700), "breaks off"],
    ["breaks off inside a header", makeTar([{ name: "a", content: "x" }]).subarray(0, 100), "breaks off"],
    ["has no end mark", makeTar([{ name: "a", content: "x" }]).subarray(0, 1024), "end mark"],
    ["is empty", Buffer.alloc(0), "end mark"],
    ["goes on after a zero block", Buffer.concat([Buffer.alloc(512), makeTar([{ name: "a" }])]), "zero block"],
    ["has a wrong checksum", Buffer.concat([makeTar([{ name: "a" }]).fill(0x31, 0, 3)]), "checksum"],
    ["announces too long a name", Buffer.concat([makeHeader("x", "L", 9_000_000), Buffer.alloc(1024)]), "announces"],
    ["has a broken PAX header", makeTar([{ name: "p", type: "x", content: "99 path" }, { name: "a" }]), "PAX"],
  ])("says that a tar %s", (_, tar, why) => {
    expect(walk(tar).broken.join()).toContain(why);
  });

  test.each(["-0000000001", "99999999999", "0x000000005"])("does not believe the size %s", (size) => {
    const header = makeHeader("a", "0", 0);
    header.write(size, 124);
    expect(walk(Buffer.concat([withChecksum(header), Buffer.alloc(1024)])).broken.join()).toContain("size");
  });

  // as Go's archive/tar, by which Docker and BuildKit unpack
  test.each<[name: string, entries: readonly MadeEntry[], path: string]>([
    ["an empty long name", [{ name: "own", longName: "" }], "own"],
    ["an empty PAX path", [{ name: "own", pax: { path: "" } }], "own"],
    ["an empty name of a sparse file", [{ name: "own", pax: { "GNU.sparse.name": "", path: "said" } }], "said"],
    ["a sparse file's name where nothing is sparse", [{ name: "own", pax: { "GNU.sparse.name": "other" } }], "own"],
    [
      "a sparse file's name",
      [
        {
          name: "own",
          pax: { "GNU.sparse.name": "other", "GNU.sparse.major": "1", "GNU.sparse.minor": "0", path: "x" },
        },
      ],
      "other",
    ],
    [
      "a sparse file's name in its first form",
      [{ name: "own", pax: { "GNU.sparse.map": "0,1", "GNU.sparse.name": "other" } }],
      "other",
    ],
    ["a long name before a PAX path", [{ name: "own", pax: { path: "said" }, longName: "long" }], "long"],
  ])("takes the name that counts: %s", (_, entries, path) => {
    expect(walk(makeTar(entries), 512).entries.map((entry) => entry.path)).toEqual([path]);
  });

  test("takes the name that the last of two PAX headers leaves, and nothing of the first", () => {
    const attribute = (text: string) => ({ "LIBARCHIVE.xattr.user.a": Buffer.from(text).toString("base64") });
    const [header, body, padding] = makeEntry({ name: "x", pax: { path: "first", ...attribute("one") } });
    const rest = makeTar([{ name: "own", pax: { mtime: "1", ...attribute("two") }, content: "a" }]);
    const { entries } = walk(Buffer.concat([header!, body!, padding!, rest]), 512);
    expect(entries.map((entry) => entry.path)).toEqual(["own"]);
    // what it holds stands there all the same
    expect(entries.map((entry) => entry.said)).toEqual([["one", "two"]]);
  });

  test("takes nothing that was said before a global header, as Docker does not, but what stands there", () => {
    const attribute = { "LIBARCHIVE.xattr.user.a": Buffer.from("one").toString("base64") };
    const said = makeEntry({ name: "x", pax: { path: "first", ...attribute }, longName: "long" }).slice(0, 6);
    const [, globalBody] = makeEntry({ name: "x", pax: { comment: "g" } });
    const global = [makeHeader("g", "g", globalBody!.length), globalBody!, Buffer.alloc(512 - globalBody!.length)];
    const { entries } = walk(Buffer.concat([...said, ...global, makeTar([{ name: "own", content: "a" }])]), 512);
    expect(entries).toMatchObject([{ path: "own", said: ["one"] }]);
  });

  test.each([
    ["with a sign", "+5", "hello"],
    ["with zeros before it", "0000000000000000005", "hello"],
    ["none", "0", ""],
  ])("takes a size of a PAX header as Go does: %s", (_, size, content) => {
    const parts = makeEntry({ name: "a", pax: { size } });
    const tar = Buffer.concat([
      ...parts,
      ...(content === "" ? [] : [Buffer.from(content.padEnd(512, "\0"))]),
      makeTar([{ name: "b", content: "c" }]),
    ]);
    expect(walk(tar, 512)).toMatchObject({ contents: [content, "c"], broken: [] });
  });

  test.each(["-5", "five", "99999999999999999999"])("tells a size of a PAX header that is none: %s", (size) => {
    const { contents, broken } = walk(makeTar([{ name: "a", pax: { size }, content: "hello" }]));
    expect({ contents, broken }).toEqual({ contents: ["hello"], broken: ["a PAX header with an impossible size"] });
  });

  test.each<[string, (header: Buffer) => void, string]>([
    ["of Go before 1.8, under GNU's mark", (header) => header.write("ustar  \0", 257, "latin1"), "p".repeat(140)],
    [
      "of star, which has times behind it",
      (header) => {
        header.fill("p", 345, 476).write("00000000001 00000000001 ", 476);
        header.write("tar\0", 508);
      },
      "p".repeat(131),
    ],
  ])("puts a prefix before a name: one %s", (_, change, prefix) => {
    const [header, ...rest] = makeEntry({ name: "name", prefix: "p".repeat(140), content: "c" });
    change(header!);
    const tar = Buffer.concat([withChecksum(header!), ...rest, Buffer.alloc(1024)]);
    expect(walk(tar).entries).toMatchObject([{ path: `${prefix}/name`, split: true }]);
  });

  test("takes no times of GNU's for a prefix", () => {
    const [header, ...rest] = makeEntry({ name: "name", prefix: "14000000001\x0014000000001\0", content: "c" });
    header!.write("ustar  \0", 257, "latin1");
    const tar = Buffer.concat([withChecksum(header!), ...rest, Buffer.alloc(1024)]);
    expect(walk(tar).entries).toMatchObject([{ path: "name", split: false }]);
  });

  test("does not believe a negative size in base 256", () => {
    const header = makeHeader("a", "0", 0).fill(0xff, 124, 136);
    expect(walk(Buffer.concat([withChecksum(header), Buffer.alloc(1024)])).broken.join()).toContain("size");
  });

  test("never throws, and knows a spot for each byte of anything", () => {
    const mangled = fc
      .tuple(fc.array(fc.tuple(fc.nat({ max: 4000 }), fc.nat({ max: 255 })), { maxLength: 8 }), fc.nat({ max: 5000 }))
      .map(([changes, length]) => {
        const tar = makeTar([
          { name: "a", content: "x".repeat(600) },
          { name: "b", pax: { path: "c" }, longName: "e", content: "d" },
        ]);
        for (const [at, byte] of changes) tar[at % tar.length] = byte;
        return tar.subarray(0, length);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 3000 }).map((bytes) => Buffer.from(bytes)),
          mangled,
        ),
        (tar) => {
          const { spot } = walk(tar, 333);
          for (let at = 0; at < tar.length; at += 97) {
            const { start, end } = spot(at);
            expect(start).toBeLessThanOrEqual(at);
            expect(end).toBeGreaterThan(at);
          }
        },
      ),
    );
  });
});
