import { randomBytes } from "node:crypto";
import { deflateRawSync, gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { digestOf, inPieces, makeArchive } from "../image/made-image.ts";
import { makeAr, makeCpio, makeRpm } from "../layer/made-archive.ts";
import { makeGitPack } from "../layer/made-git-pack.ts";
import { type MadeEntry, makeHeader, makeTar, withChecksum } from "../layer/made-tar.ts";
import { makeXz } from "../layer/made-xz.ts";
import { makeZip } from "../layer/made-zip.ts";

const secret = new Secret("the-token", randomBytes(24).toString("hex"));
const value = secret.exposeText();
const needles = needlesOf(secret, "scan");

function scan(archive: Buffer): Promise<ImageScan> {
  return scanArchive(inPieces(archive), { needles, nowSeconds: 0, rules: { content: [], place: [] } });
}

function scanFiles(...files: readonly MadeEntry[]): Promise<ImageScan> {
  return scan(makeArchive([{ layers: [files] }]));
}

function said({ skipped }: ImageScan): string {
  return skipped.map(({ what, why }) => `${what}: ${why}`).join("\n");
}

function json(value: unknown): Buffer {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
}

/** An archive with these blobs, by their digests, and an index that names the last one. */
function layoutOf(...blobs: readonly Buffer[]): Buffer {
  const entries = blobs.map((content) => ({ name: `blobs/sha256/${digestOf(content).slice(7)}`, content }));
  const index = json({ manifests: [{ digest: digestOf(blobs.at(-1)!) }] });
  return makeTar([...entries, { name: "index.json", content: index }]);
}

const configType = "application/vnd.oci.image.config.v1+json";

describe("a path", () => {
  test.each([
    ["../../etc/passwd", "etc/passwd"],
    ["/etc/passwd", "etc/passwd"],
    ["a/../../b//./c", "b/c"],
    ["..", ""],
  ])("that leads out (%s) leads nowhere, and its file is read", async (name, path) => {
    const result = await scanFiles({ name, content: value });
    expect(result).toMatchObject({ complete: true, findings: [{ rule: "known-value" }] });
    expect((result.findings[0]!.where as { path?: string }).path ?? "").toBe(path);
  });

  test("of any bytes is read, and tells where", async () => {
    const names = ["line\nend", "\x1b[2Jcleared", "a\tb", "ünï", "\u202egnp.exe", "a".repeat(100)];
    for (const name of names) {
      const result = await scanFiles({ name, content: value });
      expect(result).toMatchObject({ complete: true, findings: [{ where: { path: name } }] });
    }
    const raw = Buffer.concat([
      withChecksum(renamed(Buffer.from([0xff, 0xfe, 0x80, 0x61]))),
      padded(value),
      Buffer.alloc(1024),
    ]);
    const result = await scan(makeArchive([{ layers: [raw] }]));
    expect(result).toMatchObject({ complete: true, findings: [{ where: { path: "\ufffd\ufffd\ufffda" } }] });
  });

  test("that ends at a zero hides nothing behind it", async () => {
    const header = renamed(Buffer.from(`a\0${value.slice(0, 80)}`));
    const layer = Buffer.concat([withChecksum(header), padded("x"), Buffer.alloc(1024)]);
    const result = await scan(makeArchive([{ layers: [layer] }]));
    expect(result).toMatchObject({ complete: true, findings: [{ where: { surface: "path", path: "a" } }] });
  });

  function renamed(name: Buffer): Buffer {
    const header = makeHeader("", "0", value.length);
    name.copy(header);
    return header;
  }

  function padded(text: string): Buffer {
    return Buffer.concat([Buffer.from(text), Buffer.alloc(512 - (text.length % 512))]);
  }
});

test("devices, pipes and what no tar knows are passed, and what follows is read", async () => {
  const odd = ["3", "4", "6", "7", "A", "Z", "M", "V"].map((type) => ({ name: `odd-${type}`, type }));
  const result = await scanFiles(...odd, { name: "b", content: value });
  expect(result).toMatchObject({ complete: true, findings: [{ where: { path: "b" } }] });
});

describe("a document", () => {
  test("of a hundred thousand brackets, or of a hundred megabytes, is no image, and has its texts read", async () => {
    const deep = `${"[".repeat(100_000)}"${value}"${"]".repeat(100_000)}`;
    const long = `{"a":"${"A".repeat(100_000_000)}","b":"${value}"}`;
    for (const document of [deep, long]) {
      const manifest = json({ config: { digest: digestOf(json(document)), mediaType: configType }, layers: [] });
      const result = await scan(layoutOf(json(document), manifest));
      expect(result.complete).toBe(false);
      expect(said(result)).toContain("its config cannot be read");
      expect(result.findings).toMatchObject([{ rule: "known-value", where: { surface: "config" } }]);
    }
  });

  test("that names a hundred thousand manifests, or layers, or itself, comes to an end", async () => {
    const many = Array.from({ length: 100_000 }, (_, each) => ({ digest: `sha256:${String(each).padStart(64, "0")}` }));
    // small enough to be read as an index
    const manifests = json({ manifests: many.slice(0, 40_000) });
    expect(said(await scan(layoutOf(manifests)))).toMatch(/is not in the archive[\s\S]*more like these are not listed/);
    const layer = makeTar([{ name: "a", content: value }]);
    const diffIds = Array<string>(30_000).fill(digestOf(layer));
    const history = diffIds.map((_, each) => ({ created_by: `RUN ${each}` }));
    const config = json({ os: "linux", architecture: "amd64", rootfs: { diff_ids: diffIds }, history });
    const layers = diffIds.map((digest) => ({ digest }));
    const manifest = json({ config: { digest: digestOf(config), mediaType: configType }, layers });
    const result = await scan(layoutOf(layer, config, manifest));
    expect(said(result)).toContain("it has more than 1000 layers");
    expect(result.findings[0]!.where).toMatchObject({ path: "a", layer: { index: 0, createdBy: "RUN 0" } });
    const [one, two] = ["a".repeat(64), "b".repeat(64)] as const;
    const circle = [
      { name: `blobs/sha256/${one}`, content: json({ manifests: [{ digest: `sha256:${two}` }] }) },
      { name: `blobs/sha256/${two}`, content: json({ manifests: [{ digest: `sha256:${one}` }] }) },
      { name: "index.json", content: json({ manifests: [{ digest: `sha256:${one}` }] }) },
    ];
    expect((await scan(makeTar(circle))).complete).toBe(false);
    const images = json(Array(100_000).fill({ Config: "c", RepoTags: [], Layers: [] }));
    expect(said(await scan(makeTar([{ name: "manifest.json", content: images }])))).toContain("more than 10000 images");
  });

  test("of an unknown media type is told of when it is needed", async () => {
    const blob = json({ what: "is it", note: value });
    const result = await scan(layoutOf(blob));
    expect(said(result)).toContain("it is neither an image's manifest nor an index");
    expect(result.findings).toHaveLength(1);
  });

  test("that is a large attestation has all its texts read", async () => {
    const packages = Array.from({ length: 100_000 }, (_, each) => ({
      name: `package-${each}`,
      versionInfo: "1.0",
      license: "MIT",
    }));
    const statement = {
      predicateType: "https://spdx.dev/Document",
      predicate: { packages: [...packages, { name: value }] },
    };
    const result = await scan(makeArchive([{ layers: [], attestations: [statement] }]));
    expect(result).toMatchObject({
      complete: true,
      findings: [{ where: { surface: "attestation", path: "predicate.packages[100000].name" } }],
    });
  });
});

test("an archive of more files than an image has is cut off, and searched as it is behind", async () => {
  const header = makeHeader("file", "0", 0);
  const archive = Buffer.concat([...Array<Buffer>(100_001).fill(header), makeTar([{ name: "last", content: value }])]);
  const result = await scan(archive);
  expect(said(result)).toContain("it holds more than 100000 files");
  expect(result.findings).toHaveLength(1);
});

describe("a bomb", () => {
  test("of gzip files that each unpack to a little more than is done at once is read through", async () => {
    const content = gzipSync(Buffer.concat([Buffer.alloc(3_000_000), Buffer.from(value)]));
    const files = Array.from({ length: 60 }, (_, index) => ({ name: `${index}`, content }));
    const result = await scanFiles(...files);
    expect(result.complete).toBe(true);
    expect(result.findings[0]!.places).toHaveLength(59);
  });

  test("of a zip whose directory names one member a thousand times is unpacked once", async () => {
    const once = makeZip([{ name: "a", content: Buffer.alloc(1_000_000), method: "deflate" }]);
    const end = once.subarray(-22);
    const entry = once.subarray(end.readUInt32LE(16), -22);
    const bomb = Buffer.concat([once.subarray(0, -22), ...Array<Buffer>(1000).fill(entry), end]);
    const result = await scanFiles({ name: "bomb.zip", content: bomb });
    expect(result.complete).toBe(true);
    expect(result.stats.bytes).toBeLessThan(5_000_000);
  });

  test("of members that lie in each other is walked as it lies there", async () => {
    const inner = makeZip([{ name: "b", content: value }]);
    const result = await scanFiles({
      name: "a.zip",
      content: makeZip([
        { name: "a", content: inner },
        { name: "c", content: "d" },
      ]),
    });
    expect(result.findings).toMatchObject([{ where: { path: "a.zip", inner: ["a", "b"] } }]);
  });

  test("of Git objects that say another size than they have ends at the first", async () => {
    const pack = makeGitPack([{ kind: "blob", content: "short" }]);
    // its header says that there is one byte
    pack[12] = 0x31;
    const result = await scanFiles({ name: "a.pack", content: pack }, { name: "b", content: value });
    expect(result).toMatchObject({ complete: true, findings: [{ where: { path: "b" } }] });
    expect(result.unopened).toEqual([
      { what: "a.pack in layer 0 of linux/amd64", why: "its compressed data is damaged" },
    ]);
  });
});

test.each<[string, Buffer]>([
  ["ar", makeAr([{ name: "a", content: "x".repeat(100) }])],
  ["cpio", makeCpio([{ name: "a", content: "x".repeat(100) }])],
  ["rpm", makeRpm(gzipSync(makeCpio([{ name: "a", content: "x" }])))],
  [
    "a pack of Git's",
    makeGitPack([
      { kind: "blob", content: randomBytes(500) },
      { kind: "blob", content: randomBytes(2_000_000) },
    ]),
  ],
  ["xz", makeXz(randomBytes(1000))],
  ["zip", makeZip([{ name: "a", content: randomBytes(1000), method: "deflate" }])],
])("%s that is cut off or changed anywhere is read as far as it goes, and what follows too", async (_, content) => {
  const files: MadeEntry[] = [];
  for (let round = 0; round < 25; round++) {
    const changed = Buffer.from(content);
    const at = Math.floor(Math.random() ** 3 * changed.length);
    changed[at]! ^= 1 + Math.floor(Math.random() * 255);
    files.push(
      { name: `cut-${round}`, content: content.subarray(0, at) },
      { name: `changed-${round}`, content: changed },
    );
  }
  const result = await scanFiles(...files, { name: "last", content: value });
  expect(result.findings.map(({ where }) => where)).toContainEqual(expect.objectContaining({ path: "last" }));
  // changed by chance, a header can ask for anything
  expect(result.skipped.filter(({ why }) => !why.includes("larger window"))).toEqual([]);
});

test("a header that promises more than there can be is not believed", async () => {
  const huge = makeAr([{ name: "a", content: "x" }]);
  huge.write("9999999999", 8 + 48);
  const long = makeCpio([{ name: "a", content: "x" }]);
  long.write("ffffffff", 94);
  const rpm = makeRpm("x");
  rpm.writeUInt32BE(0xffffffff, 96 + 8);
  const zip = makeZip([{ name: "a", content: deflateRawSync("x") }]);
  zip.writeUInt32LE(0xfffffff0, 18);
  const result = await scanFiles(...[huge, long, rpm, zip].map((content, index) => ({ name: `${index}`, content })), {
    name: "last",
    content: value,
  });
  expect(result).toMatchObject({ complete: true, findings: [{ where: { path: "last" } }] });
  expect(result.unopened).toHaveLength(4);
});
