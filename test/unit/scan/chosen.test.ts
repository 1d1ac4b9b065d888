import { randomBytes } from "node:crypto";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { listBlobs } from "../../../src/image/blob-list.ts";
import type { Choice } from "../../../src/image/choice.ts";
import type { ImageScan } from "../../../src/scan/image-scan.ts";
import { scanArchive } from "../../../src/scan/scan-archive.ts";
import { scanBlobs } from "../../../src/scan/scan-blobs.ts";
import { needlesOf } from "../../../src/secret/needle.ts";
import { Secret } from "../../../src/secret/secret.ts";
import { digestOf, inPieces, type MadeImage, makeArchive, makeArchiveEntries } from "../image/made-image.ts";
import { type MadeEntry, makeTar } from "../layer/made-tar.ts";

const secrets = ["one", "two", "both", "note"].map((name) => new Secret(name, randomBytes(20).toString("hex")));
const [one, two, both, note] = secrets.map((secret) => secret.exposeText()) as [string, string, string, string];
const options = { needles: secrets.flatMap((secret) => needlesOf(secret, "scan")), nowSeconds: 0 };
const shared: readonly MadeEntry[] = [{ name: "shared", content: both }];
const images: readonly MadeImage[] = [
  { layers: [shared, [{ name: "a", content: one }]], platform: "linux/amd64" },
  // what cannot be read in it is nobody's matter when it was not chosen
  {
    layers: [shared, [{ name: "b", content: two }], gzipSync(randomBytes(5000)).subarray(0, 900)],
    platform: "linux/arm64",
  },
];

function namesIn({ findings }: ImageScan): string[] {
  return findings.map(({ secret }) => secret!.name!).sort();
}

describe("of an archive of several images", () => {
  test.each(["oci", "docker"] as const)("in %s form only the platform that was chosen is told of", async (form) => {
    const archive = makeArchive(images, { form });
    const all = await scanArchive(inPieces(archive), options);
    expect(namesIn(all)).toEqual(["both", "one", "two"]);
    expect(all.complete).toBe(false);
    const chosen = await scanArchive(inPieces(archive), { ...options, choice: { platforms: ["linux/amd64"] } });
    expect(chosen).toMatchObject({ complete: true, unopened: [] });
    expect(namesIn(chosen)).toEqual(["both", "one"]);
    expect(chosen.findings.map(({ where }) => where)).toMatchObject([{ surface: "layer" }, { surface: "layer" }]);
  });

  /** Two images by name, and what refers to each of them without one. */
  function named() {
    const entries = images.flatMap((image) => makeArchiveEntries([image]));
    const files = new Map(
      entries.filter(({ name }) => name.startsWith("blobs/sha256/")).map((entry) => [entry.name, entry]),
    );
    const tops = entries
      .filter(({ name }) => name === "index.json")
      .map(({ content }) => JSON.parse(String(content)).manifests[0]);
    const manifests: unknown[] = tops.map((top, index) => ({
      ...top,
      annotations: { "org.opencontainers.image.ref.name": `v${index}` },
    }));
    const add = (json: unknown): string => {
      const content = Buffer.from(JSON.stringify(json));
      files.set(`blobs/sha256/${digestOf(content).slice(7)}`, {
        name: `blobs/sha256/${digestOf(content).slice(7)}`,
        content,
      });
      return digestOf(content);
    };
    const statement = add({ predicateType: "x", predicate: { note } });
    manifests.push({
      digest: add({ artifactType: "y", subject: { digest: tops[0].digest }, layers: [{ digest: statement }] }),
    });
    const index = Buffer.from(JSON.stringify({ manifests }));
    return { index, files, digest: tops.map(({ digest }) => digest as string) };
  }

  const cases: readonly [string, readonly string[]][] = [
    ["v0", ["both", "note", "one"]],
    ["v1", ["both", "two"]],
  ];
  test.each(cases)("only %s is told of, and what is about it", async (name, expected) => {
    const { index, files, digest } = named();
    const archive = makeTar([...files.values(), { name: "index.json", content: index }]);
    const choice: Choice = { name };
    const streamed = await scanArchive(inPieces(archive), { ...options, choice });
    expect(namesIn(streamed)).toEqual(expected);
    expect(streamed.topDigest).toBe(digest[Number(name[1])]);
    const store = {
      manifest: async (digest: string) => files.get(`blobs/sha256/${digest.slice(7)}`)!.content as Buffer,
      blob: (digest: string) => inPieces(files.get(`blobs/sha256/${digest.slice(7)}`)!.content as Buffer),
    };
    const listed = await scanBlobs(await listBlobs(index, store, choice), { ...options, choice });
    expect(namesIn(listed)).toEqual(expected);
    expect(listed.complete).toBe(streamed.complete);
  });

  test("what belongs to no image is told of, whatever was chosen", async () => {
    const stray: MadeEntry = { name: "stray", content: `x ${note}` };
    const archive = makeTar([...makeArchiveEntries(images), stray]);
    const chosen = await scanArchive(inPieces(archive), { ...options, choice: { platforms: ["linux/amd64"] } });
    expect(namesIn(chosen)).toEqual(["both", "note", "one"]);
  });
});

describe("a registry that wears out who asks", () => {
  const manifestOf = (index: number) => ({ digest: `sha256:${String(index).padStart(64, "0")}`, size: 1 });
  const index = Buffer.from(
    JSON.stringify({ manifests: Array.from({ length: 30_000 }, (_, each) => manifestOf(each)) }),
  );

  test("by manifests that it has not is asked no more", async () => {
    let asked = 0;
    const manifest = async (): Promise<Buffer> => {
      asked++;
      throw new Error("it is not there");
    };
    const { problems } = await listBlobs(index, { manifest, blob: () => inPieces(Buffer.alloc(0)) }, {});
    expect(asked).toBe(20);
    expect(problems).toContainEqual({ what: "the index", why: "no more of its manifests were asked for" });
  });

  test("by more manifests, bytes or blobs than an image has is cut off, and that is told", async () => {
    const blob = () => inPieces(Buffer.alloc(0));
    const many = await listBlobs(index, { manifest: async () => Buffer.from('{"layers":[]}'), blob }, {});
    expect(many.files).toHaveLength(10_001);
    expect(many.problems).toMatchObject([{ why: "it names more than 10000 manifests" }]);
    const large = Buffer.from(`{"layers":[]}${" ".repeat(4 << 20)}`);
    const heavy = await listBlobs(index, { manifest: async () => large, blob }, {});
    expect(heavy.files.length).toBeLessThan(20);
    expect(heavy.problems).toMatchObject([{ why: "it names more than 67108864 bytes of manifests" }]);
    let layer = 0;
    const layers = () => ({ layers: Array.from({ length: 3000 }, () => manifestOf(100_000 + layer++)) });
    const wide = await listBlobs(index, { manifest: async () => Buffer.from(JSON.stringify(layers())), blob }, {});
    expect(wide.files.length).toBeLessThan(120_000);
    expect(wide.problems).toMatchObject([{ why: "it names more than 100000 blobs" }]);
  });
});
