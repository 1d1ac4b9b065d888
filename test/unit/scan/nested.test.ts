import { randomBytes } from "node:crypto";
import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ImagePlace } from "../../../src/finding/finding.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { digestOf, inPieces, makeArchive } from "../image/made-image.ts";
import { makeAr, makeCpio, makeOldCpio, makeRpm } from "../layer/made-archive.ts";
import { makeBzip2 } from "../layer/made-bzip2.ts";
import { idOfBlob, makeGitPack } from "../layer/made-git-pack.ts";
import { type MadeEntry, makeTar } from "../layer/made-tar.ts";
import { makeXz } from "../layer/made-xz.ts";
import { makeZip } from "../layer/made-zip.ts";

const secret = new Secret("the-token", randomBytes(24).toString("base64url"));
const value = secret.exposeText();
const needles = needlesOf(secret, "scan");

function scan(layers: readonly (readonly MadeEntry[] | Buffer)[], pieceBytes?: number): Promise<ImageScan> {
  return scanArchive(inPieces(makeArchive([{ layers }]), pieceBytes), { needles, nowSeconds: 0 });
}

async function placesIn(content: Buffer, pieceBytes?: number): Promise<ImagePlace[]> {
  const result = await scan([[{ name: "file", content }]], pieceBytes);
  expect(result).toMatchObject({ complete: true, skipped: [], unopened: [] });
  return result.findings.flatMap(({ where, places = [] }) => [where, ...places]) as ImagePlace[];
}

const text = `key = ${value}\n`;
const large = Buffer.concat([randomBytes(1_500_000), Buffer.from(text), randomBytes(1_500_000)]);
const deb = makeAr([
  { name: "debian-binary", content: "2.0\n" },
  { name: "control.tar.gz", content: gzipSync(makeTar([{ name: "./postinst", content: text }])) },
  { name: "data.tar.xz", content: makeXz(makeTar([{ name: "./usr/x", content: text }])) },
]);
const pack = makeGitPack([
  { kind: "commit", content: "tree 0\n\nmessage" },
  { kind: "blob", content: text },
  { kind: "offset delta", content: `\x05\x10\x40${text}` },
  { kind: "reference delta", content: "\x01\x02" },
  { kind: "blob", content: "" },
  { kind: "blob", content: gzipSync(text) },
  { kind: "blob", content: large },
  { kind: "tree", content: `100644 ${value}\0${"x".repeat(20)}` },
]);

describe("a value in a file is found, and its place named,", () => {
  test.each<[string, Buffer, (readonly string[])[]]>([
    ["in xz", makeXz(text), [[]]],
    ["in bzip2", makeBzip2(text), [[]]],
    ["in zlib", deflateSync(text), [[]]],
    ["in a tar.xz", makeXz(makeTar([{ name: "a", content: text }])), [["a"]]],
    ["in a tar.bz2", makeBzip2(makeTar([{ name: "a", content: text }])), [["a"]]],
    ["in xz in xz in bzip2 in gzip", gzipSync(makeBzip2(makeXz(makeXz(text)))), [[]]],
    [
      "in a Debian package",
      deb,
      [
        ["control.tar.gz", "postinst"],
        ["data.tar.xz", "usr/x"],
      ],
    ],
    [
      "in an ar with long names",
      makeAr([{ name: "a-name-of-more-than-fifteen", content: gzipSync(text) }]),
      [["a-name-of-more-than-fifteen"]],
    ],
    ["in an rpm", makeRpm(zstdCompressSync(makeCpio([{ name: "./etc/x", content: text }]))), [["payload", "etc/x"]]],
    [
      "in what Linux starts with: a cpio, and a packed one behind it",
      Buffer.concat([
        makeCpio([{ name: "kernel/microcode", content: "x" }]),
        Buffer.alloc(300),
        gzipSync(makeCpio([{ name: "etc/conf", content: text }])),
      ]),
      [["etc/conf"]],
    ],
    [
      "in what Linux starts with: many plain ones before the packed one, which do not lie in each other",
      Buffer.concat([
        ...Array.from({ length: 20 }, () => [
          makeCpio([{ name: "kernel/microcode", content: "x" }]),
          Buffer.alloc(300),
          makeCpio([{ name: "kernel/acpi", content: "x" }]),
        ]).flat(),
        gzipSync(makeCpio([{ name: "etc/conf", content: gzipSync(text) }])),
      ]),
      [["etc/conf"]],
    ],
    [
      "in an ar that is filled up to a whole block",
      Buffer.concat([makeAr([{ name: "a", content: gzipSync(text) }]), Buffer.alloc(10_000)]),
      [["a"]],
    ],
    [
      "in an ar that is filled up by less than a header",
      Buffer.concat([makeAr([{ name: "a", content: gzipSync(text) }]), Buffer.alloc(20)]),
      [["a"]],
    ],
    ["in a loose object of Git's", deflateSync(`blob ${text.length}\0${text}`), [[]]],
    [
      "in a packed file that Git keeps loose",
      deflateSync(Buffer.concat([Buffer.from("blob 99\0"), gzipSync(makeTar([{ name: "a", content: text }]))])),
      [["a"]],
    ],
    [
      "in a pack of Git's",
      pack,
      [
        [`blob ${idOfBlob(text)}`],
        [/^delta at \d+$/],
        [`blob ${idOfBlob(gzipSync(text))}`],
        [/^blob at \d+$/],
        [/^tree /],
      ],
    ] as never,
    [
      "in a wheel with data descriptors",
      makeZip([{ name: "a/b.py", content: text, method: "deflate", streamed: true }]),
      [["a/b.py"]],
    ],
    [
      "in packed files of a zip to a pipe, which has each one's size behind it",
      makeZip([
        { name: "a", content: makeXz(text), streamed: true },
        { name: "b", content: gzipSync(large), streamed: true },
        { name: "c.a", content: deb, streamed: true, unmarked: true },
        { name: "d", content: text, method: "deflate", streamed: true, unmarked: true },
      ]),
      [["a"], ["b"], ["c.a", "control.tar.gz", "postinst"], ["c.a", "data.tar.xz", "usr/x"], ["d"]],
    ],
    [
      "in both of two zips, one behind the other",
      Buffer.concat([
        makeZip([{ name: "a", content: text, method: "deflate" }]),
        makeZip([{ name: "b", content: text, method: "deflate" }]),
      ]),
      [["a"], ["b"]],
    ],
    [
      "in a zip that was to be split",
      Buffer.concat([Buffer.from("PK\x07\x08", "latin1"), makeZip([{ name: "a", content: text, method: "deflate" }])]),
      [["a"]],
    ],
    [
      "in a Python program that is a zip behind a line",
      Buffer.concat([
        Buffer.from("#!/usr/bin/env python3\n"),
        makeZip([{ name: "__main__.py", content: text, method: "deflate" }]),
      ]),
      [["__main__.py"]],
    ],
    [
      "in a Java program behind a long start script",
      Buffer.concat([
        Buffer.from(`#!/bin/bash\n${"# a line of it\n".repeat(700)}exit 0\nPK\nP`),
        makeZip([{ name: "application.properties", content: text, method: "deflate" }]),
      ]),
      [["application.properties"]],
    ],
    ["in a script, with nothing behind it", Buffer.from(`#!/bin/sh\n${text}`), [[]]],
    [
      "in an apk (several gzip members, tars without an end)",
      Buffer.concat([
        gzipSync(makeTar([{ name: ".SIGN", content: "x" }]).subarray(0, 1024)),
        gzipSync(makeTar([{ name: ".PKGINFO", content: text }])),
      ]),
      [[".PKGINFO"]],
    ],
    [
      "in an npm cache's packed package",
      gzipSync(makeTar([{ name: "package/index.js", content: text }])),
      [["package/index.js"]],
    ],
  ])("%s", async (_, content, expected) => {
    for (const pieceBytes of [65_536, 777]) {
      const places = await placesIn(content, pieceBytes);
      const inner = places.map((place) => place.inner ?? []);
      expect(inner).toHaveLength(expected.length);
      for (const way of expected) {
        expect(inner).toContainEqual(
          way.map((name: unknown) => (name instanceof RegExp ? expect.stringMatching(name) : name)),
        );
      }
    }
  });

  test("in the name and the comment of a gzip file, and in a skippable frame of zstd", async () => {
    const plain = gzipSync("x");
    const flagged = Buffer.from(plain.subarray(0, 10));
    flagged[3] = 8 | 16;
    const named = Buffer.concat([flagged, Buffer.from(`name\0${value}\0`), plain.subarray(10)]);
    expect(await placesIn(named)).toHaveLength(1);
    const frame = Buffer.from([0x50, 0x2a, 0x4d, 0x18, text.length, 0, 0, 0]);
    expect(await placesIn(Buffer.concat([frame, Buffer.from(text), zstdCompressSync("x")]))).toHaveLength(1);
  });

  describe("in an archive behind packed bytes, as Linux has them to start with:", () => {
    const moreThanAtOnce = randomBytes(300_000);
    const cpio = (name: string, content: string) => makeCpio([{ name, content }]);
    const behind: readonly (readonly [string, Buffer])[] = [
      ["xz", makeXz(cpio("b", text))],
      ["gzip", gzipSync(cpio("b", text))],
      ["zstd", zstdCompressSync(cpio("b", text))],
      ["bzip2", makeBzip2(cpio("b", text))],
      ["nothing", cpio("b", text)],
    ];
    const pack: readonly (readonly [string, (content: Buffer) => Buffer])[] = [
      ["gzip", gzipSync],
      ["zstd", zstdCompressSync],
      ["xz", makeXz],
      ["bzip2", makeBzip2],
      ["zlib", deflateSync],
    ];
    const cases = pack.flatMap(([first, packed]) =>
      behind.filter(([second]) => second !== first).map(([second, rest]) => [first, second, packed, rest] as const),
    );

    test.each(cases)("%s, then %s", async (_first, _second, packed, rest) => {
      for (const content of ["x", moreThanAtOnce]) {
        const first = packed(makeCpio([{ name: "a", content }]));
        const places = await placesIn(Buffer.concat([first, Buffer.alloc(content.length % 7), rest]));
        expect(places.map(({ inner }) => inner)).toEqual([["b"]]);
      }
    });

    test("as many as lie in each other elsewhere, and that there are more is said", async () => {
      const row = (count: number): Buffer =>
        Buffer.concat(
          Array.from({ length: count }, (_, index) => (index % 2 === 0 ? gzipSync : zstdCompressSync)("x")),
        );
      expect(await placesIn(Buffer.concat([row(6), gzipSync(text)]))).toHaveLength(1);
      const result = await scan([[{ name: "file", content: Buffer.concat([row(5000), gzipSync(text)]) }]]);
      expect(result).toMatchObject({
        complete: false,
        skipped: [{ why: "it lies in more than 8 archives in each other" }],
      });
    });
  });

  test("behind the end of packed bytes, and that it is no archive is said", async () => {
    const first = gzipSync(makeCpio([{ name: "a", content: "x" }]));
    for (const padding of [0, 10]) {
      const content = Buffer.concat([first, Buffer.alloc(padding), Buffer.from(text)]);
      const result = await scan([[{ name: "file", content }]]);
      expect(result.findings).toHaveLength(1);
      expect(result).toMatchObject({
        complete: true,
        unopened: [
          {
            what: "file in layer 0 of linux/amd64",
            why: `${text.length} bytes follow the end of its compressed data: they were searched as they are`,
          },
        ],
      });
    }
  });

  test("in many large packed files at once, each way packed", async () => {
    const files = [gzipSync(large), zstdCompressSync(large), makeXz(large), deflateSync(large)];
    const entries = [...files, ...files, ...files].map((content, index) => ({ name: `${index}`, content }));
    const result = await scan([entries]);
    expect(result).toMatchObject({ complete: true, unopened: [] });
    expect(result.findings[0]!.places).toHaveLength(entries.length - 1);
  });
});

describe("in packed bytes whose parts ask for more and more room", () => {
  const noise = randomBytes(600_000);

  /** A frame whose blocks are not packed, and that is not one segment (RFC 8878, 3.1.1). */
  function zstdFrame(windowLog: number, content: Uint8Array): Buffer {
    const blockBytes = 1 << 17;
    const parts: Uint8Array[] = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, (windowLog - 10) << 3])];
    for (let at = 0; at < content.length; at += blockBytes) {
      const block = content.subarray(at, at + blockBytes);
      const header = Buffer.alloc(3);
      header.writeUIntLE((block.length << 3) | (at + blockBytes >= content.length ? 1 : 0), 0, 3);
      parts.push(header, block);
    }
    return Buffer.concat(parts);
  }

  const last = Buffer.concat([noise, Buffer.from(text)]);

  test.each<[string, Buffer]>([
    ["zstd", Buffer.concat([zstdFrame(20, noise), zstdFrame(25, noise), zstdFrame(26, last)])],
    ["xz", Buffer.concat([makeXz(noise), makeXz(noise, 0x1a), makeXz(last, 0x1c)])],
  ])("a value is found: %s", async (_, content) => {
    const files = Array.from({ length: 6 }, (_, index) => ({ name: `${index}`, content }));
    const result = await scan([files]);
    expect(result).toMatchObject({ complete: true, skipped: [], unopened: [] });
    expect(result.findings[0]!.places).toHaveLength(files.length - 1);
  });

  test("a value is found in what is opened only at its end, and needs as much", async () => {
    expect(await placesIn(makeXz(makeXz(text, 0x1c), 0x1c))).toHaveLength(1);
  });
});

describe("a layer", () => {
  test.each<[string, (tar: Buffer) => Buffer]>([
    ["xz", makeXz],
    ["bzip2", makeBzip2],
    ["gzip of several members", (tar) => Buffer.concat([gzipSync(tar.subarray(0, 700)), gzipSync(tar.subarray(700))])],
    [
      "zstd of several frames, with one to skip between",
      (tar) =>
        Buffer.concat([
          zstdCompressSync(tar.subarray(0, 700)),
          Buffer.from([0x5e, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 1, 1]),
          zstdCompressSync(tar.subarray(700)),
        ]),
    ],
  ])("in %s is read, whatever its media type says", async (_, pack) => {
    const tar = makeTar([{ name: "etc/x", content: text }]);
    const result = await scanArchive(inPieces(repacked(tar, pack(tar))), { needles, nowSeconds: 0 });
    expect(result).toMatchObject({ complete: true, skipped: [], findings: [{ where: { path: "etc/x", line: 1 } }] });
  });

  test("in an archive that is packed as a whole is read", async () => {
    const archive = makeArchive([{ layers: [[{ name: "etc/x", content: text }]] }]);
    for (const packed of [makeXz(archive), makeBzip2(archive)]) {
      const result = await scanArchive(inPieces(packed), { needles, nowSeconds: 0 });
      expect(result.complete).toBe(true);
      // xz leaves what it cannot make smaller as it is
      expect(result.findings.filter(({ where }) => "path" in where)).toMatchObject([{ where: { path: "etc/x" } }]);
    }
  });

  test("that needs too large a window is named as not read", async () => {
    const tar = makeTar([{ name: "etc/x", content: text }]);
    const result = await scanArchive(inPieces(repacked(tar, makeXz(tar, 0x20))), { needles, nowSeconds: 0 });
    expect(result.complete).toBe(false);
    expect(result.skipped).toContainEqual({
      what: "layer 0 of linux/amd64",
      why: "it needs a larger window than is allowed to unpack",
    });
  });
});

/** An image of one layer, packed in a way that `makeArchive` does not know. */
function repacked(tar: Buffer, packed: Buffer): Buffer {
  const entries: MadeEntry[] = [];
  const add = (content: Buffer): string => {
    const digest = digestOf(content);
    entries.push({ name: `blobs/sha256/${digest.slice(7)}`, content });
    return digest;
  };
  const config = { os: "linux", architecture: "amd64", config: {}, rootfs: { diff_ids: [digestOf(tar)] } };
  const manifest = {
    config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: add(json(config)) },
    layers: [{ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: add(packed) }],
  };
  const index = { manifests: [{ digest: add(json(manifest)) }] };
  return makeTar([...entries, { name: "index.json", content: json(index) }]);
}

function json(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

describe("what is said of a file", () => {
  test("in an attribute that libarchive wrote in base64 is judged by the rules", async () => {
    const token = `ghp_${randomBytes(40)
      .toString("base64")
      .replace(/[^A-Za-z0-9]/g, "")
      .slice(0, 36)}`;
    const pax = { "LIBARCHIVE.xattr.user.note": Buffer.from(`it is ${token}`).toString("base64") };
    const result = await scan([[{ name: "etc/x", content: "x", pax }]]);
    expect(result.findings).toMatchObject([
      { rule: "github-token", where: { surface: "metadata", path: "etc/x", layer: { index: 0 } } },
    ]);
  });

  test.each(["LIBARCHIVE.xattr.user.note", "SCHILY.xattr.user.note", "comment"])(
    "in the PAX record %s is found in base64 and plain",
    async (key) => {
      for (const written of [value, Buffer.from(`some ${value} note`).toString("base64")]) {
        const result = await scan([[{ name: "etc/x", content: "x", pax: { [key]: written } }]]);
        expect(result.findings).toMatchObject([{ rule: "known-value", where: { surface: "metadata", path: "etc/x" } }]);
      }
    },
  );
});

test("that something follows what an archive is filled up with is said", async () => {
  const ar = Buffer.concat([makeAr([{ name: "a", content: text }]), Buffer.alloc(100), Buffer.from("more")]);
  const result = await scan([[{ name: "a.a", content: ar }]]);
  const why = "an archive with something else between its members";
  expect(result).toMatchObject({ complete: true, unopened: [{ what: "a.a in layer 0 of linux/amd64", why }] });
});

test("what is not opened is named", async () => {
  const seven = Buffer.from("7z\xbc\xaf\x27\x1c\0\x04 and so on", "latin1");
  const lz4 = Buffer.from([4, 0x22, 0x4d, 0x18, 0x64, 0x40, 0xa7]);
  const result = await scan([
    [
      { name: "a.7z", content: seven },
      { name: "b.lz4", content: lz4 },
      { name: "c.zip", content: zipOf(14) },
      { name: "d.cpio", content: makeOldCpio({ name: "a", content: gzipSync(text) }, true) },
    ],
  ]);
  expect(result).toMatchObject({
    complete: true,
    unopened: [
      { what: "a.7z in layer 0 of linux/amd64", why: "7z is not opened" },
      { what: "b.lz4 in layer 0 of linux/amd64", why: "lz4 is not opened" },
      { what: "c.zip → a in layer 0 of linux/amd64", why: "it is packed in a way that is not opened" },
      { what: "d.cpio in layer 0 of linux/amd64", why: "cpio of an old kind is not opened" },
    ],
  });
});

test("a zip behind a script is found wherever a piece ends, and the script is searched as ever", async () => {
  const zip = makeZip([{ name: "a", content: text, method: "deflate" }]);
  for (let length = 600; length < 640; length++) {
    const script = `#!/bin/sh\n${"x".repeat(length)}\n${text}`;
    const places = await placesIn(Buffer.concat([Buffer.from(script), zip]), 512);
    expect(places.map(({ inner, offset }) => [inner?.[0], offset])).toEqual([
      [undefined, script.length - text.length + 6],
      ["a", 6],
    ]);
  }
});

test("bzip2 and xz in a zip are unpacked", async () => {
  for (const [method, packed] of [
    [12, makeBzip2(text)],
    [95, makeXz(text)],
    [8, deflateRawSync(text)],
  ] as const) {
    expect(await placesIn(zipOf(method, packed))).toMatchObject([{ inner: ["a"], offset: 6 }]);
  }
});

function zipOf(method: number, packed: Uint8Array = Buffer.from("packed")): Buffer {
  const zip = makeZip([{ name: "a", content: packed }]);
  zip.writeUInt16LE(method, 8);
  return zip;
}
