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
import { digestOf, inPieces } from "../image/made-image.ts";
import { type MadeEntry, makeTar } from "../layer/made-tar.ts";

const secret = new Secret("value", randomBytes(20).toString("hex"));
const value = secret.exposeText();
const options = { needles: needlesOf(secret, "scan"), nowSeconds: 0 };
const fine = makeTar([{ name: "fine", content: "nothing" }]);
const bad = makeTar([{ name: "bad", content: value }]);

type Top = { readonly digest: string; readonly size: number; readonly [key: string]: unknown };

function configOf(tar: Buffer, platform: string, more: object = {}) {
  const [os, architecture, variant] = platform.split("/");
  return { os, architecture, variant, rootfs: { type: "layers", diff_ids: [digestOf(tar)] }, ...more };
}

/** The blobs of a layout. */
function makeLayout() {
  const files = new Map<string, Buffer>();
  const put = (content: unknown): { readonly digest: string; readonly size: number } => {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(JSON.stringify(content));
    files.set(digestOf(bytes), bytes);
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const image = (tar: Buffer, platform = "linux/amd64", more: object = {}, configType = "oci.image.config.v1+json") => {
    const [os, architecture, variant] = platform.split("/");
    const config = { mediaType: `application/vnd.${configType}`, ...put(configOf(tar, platform)) };
    return {
      ...put({ config, layers: [put(gzipSync(tar))], ...more }),
      platform: { os, architecture, variant },
    };
  };
  /** BuildKit's, or an OCI 1.1 referrer. */
  const note = (about: string, way: "annotation" | "subject" = "annotation", text = value) => ({
    ...put({
      config: put({ os: "unknown", architecture: "unknown", rootfs: { diff_ids: [] } }),
      layers: [put({ predicateType: "x", predicate: { text } })],
      ...(way === "subject" && { subject: { digest: about }, artifactType: "x" }),
    }),
    platform: { os: "unknown", architecture: "unknown" },
    ...(way === "annotation" && { annotations: attestationOf(about) }),
  });
  const index = (manifests: readonly Top[]) => put({ manifests });

  /** As an archive, and blob by blob: what is said of both is the same. */
  async function scan(tops: readonly Top[], choice: Choice = {}, more: readonly MadeEntry[] = []): Promise<ImageScan> {
    const top = Buffer.from(JSON.stringify({ manifests: tops }));
    const blobs = [...files].map(([digest, content]) => ({ name: `blobs/sha256/${digest.slice(7)}`, content }));
    const archive = makeTar([...blobs, { name: "index.json", content: top }, ...more]);
    const streamed = await scanArchive(inPieces(archive), { ...options, choice });
    if (more.length > 0) return streamed;
    const store = {
      manifest: async (digest: string) => files.get(digest) ?? Promise.reject(new Error("it is not there")),
      blob: (digest: string) => inPieces(files.get(digest)!),
    };
    const listed = await scanBlobs(await listBlobs(top, store, choice), { ...options, choice });
    expect(listed.complete).toBe(streamed.complete);
    expect(placesIn(listed)).toEqual(placesIn(streamed));
    return streamed;
  }
  return { put, image, note, index, scan };
}

function attestationOf(digest: string) {
  return { "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": digest };
}

function placesIn({ findings }: ImageScan): string[] {
  return findings.map(({ where }) => ("surface" in where ? where.surface : "file"));
}

const elsewhere = `sha256:${"0".repeat(64)}`;
const amd64 = { platforms: ["linux/amd64"] };

describe("an image that says that it is an attestation", () => {
  test.each<[string, string, Choice]>([
    ["about nothing", elsewhere, {}],
    ["about nothing, when its platform is chosen", elsewhere, amd64],
    ["about what was not chosen", "other", amd64],
  ])("%s is an image, for an engine takes it by its platform", async (_, about, choice) => {
    const { image, index, scan } = makeLayout();
    const other = image(fine, "linux/arm64");
    const annotations = attestationOf(about === "other" ? other.digest : about);
    const result = await scan([index([other, { ...image(bad), annotations }])], choice);
    expect(result.complete).toBe(true);
    expect(result.findings).toMatchObject([{ where: { surface: "layer", platform: "linux/amd64" } }]);
  });

  test.each<[string, object, string | undefined]>([
    ["an artifact type", { artifactType: "application/x" }, undefined],
    ["a subject", { subject: { digest: elsewhere } }, undefined],
    ["a config of another type", {}, "x"],
  ])("by %s is one, for it has an image's config", async (_, more, type) => {
    const { image, scan } = makeLayout();
    const { platform, ...top } = image(bad, "linux/amd64", more, type);
    for (const each of [top, { ...top, platform }]) {
      const { complete, images, findings } = await scan([each]);
      expect({ complete, images: images.length }).toEqual({ complete: true, images: 1 });
      expect(findings).toMatchObject([{ where: { surface: "layer", layer: { index: 0 } } }]);
    }
  });
});

describe("an attestation is read", () => {
  test("when what it is about is not there", async () => {
    const { image, note, index, scan } = makeLayout();
    expect(await scan([index([image(fine), note(elsewhere)])])).toMatchObject({ complete: true, findings: [{}] });
    expect(await scan([index([image(fine), note(elsewhere)])], amd64)).toMatchObject({ findings: [{}] });
  });

  test("when it does not say what it is about, whatever was left out", async () => {
    const { image, note, index, scan } = makeLayout();
    const nameless = { digest: "", size: 0, platform: { os: "linux", architecture: "arm64" } };
    const result = await scan([index([image(fine), nameless, note("")])], amd64);
    expect(result).toMatchObject({ complete: true, findings: [{}] });
  });

  test("wherever it stands", async () => {
    const { image, note, index, scan } = makeLayout();
    const its = image(fine);
    const first = note(its.digest, "annotation", "nothing");
    const second = note(first.digest);
    for (const tops of [
      [index([second]), index([first]), index([its])],
      [index([second, first, its])],
      [index([its, first, second])],
    ]) {
      for (const choice of [{}, amd64]) {
        const result = await scan(tops, choice);
        expect(result).toMatchObject({ complete: true, findings: [{ where: { surface: "attestation" } }] });
      }
    }
  });

  test.each(["annotation", "subject"] as const)("beside an image that was chosen, by %s", async (way) => {
    const { image, note, scan } = makeLayout();
    const its = image(fine);
    const named = { ...its, annotations: { "org.opencontainers.image.ref.name": "1" } };
    for (const choice of [amd64, { name: "1" }, { ...amd64, name: "1" }]) {
      expect(placesIn(await scan([named, note(its.digest, way)], choice))).toEqual(["attestation"]);
    }
  });

  test.each(["annotation", "subject"] as const)("not when it is about what was not chosen, by %s", async (way) => {
    const { image, note, scan } = makeLayout();
    const other = image(fine, "linux/arm64");
    const about = note(other.digest, way);
    const result = await scan([note(about.digest, way), about, image(fine), other], amd64);
    expect(result).toMatchObject({ complete: true, findings: [] });
  });
});

test("a platform is chosen by any of its names", async () => {
  const { image, index, scan } = makeLayout();
  const result = await scan([index([image(bad, "linux/x86_64"), image(fine)])], amd64);
  expect(result).toMatchObject({ complete: true, findings: [{ where: { platform: "linux/x86_64" } }] });
});

test.each([
  ["Config", "Layers"],
  ["CONFIG", "layer\u017f"],
])("a manifest with %s and %s beside its own is not read to the end", async (config, layers) => {
  const { image, scan } = makeLayout();
  const more = { [config]: { digest: elsewhere }, [layers]: [{ digest: elsewhere }] };
  const { complete, skipped } = await scan([image(fine, "linux/amd64", more)]);
  expect(complete).toBe(false);
  expect(skipped).toMatchObject([{ why: expect.stringMatching(/ is read as (config|layers) by some tools$/) }]);
});

test("a manifest that is an index, too, is told", async () => {
  const { image, scan } = makeLayout();
  const result = await scan([image(bad, "linux/amd64", { manifests: [] })]);
  expect(result).toMatchObject({ complete: false, findings: [{ where: { surface: "layer" } }] });
});

describe("of a docker-archive", () => {
  const config = Buffer.from(JSON.stringify(configOf(bad, "linux/amd64")));
  const listOf = (entry: object): MadeEntry => ({ name: "manifest.json", content: JSON.stringify([entry]) });
  const scanFiles = (files: readonly MadeEntry[], name?: string) =>
    scanArchive(inPieces(makeTar(files)), { ...options, choice: name === undefined ? {} : { name } });

  test("whose manifest.json has other layers than its index both are searched", async () => {
    const { put, scan } = makeLayout();
    const manifest = { config: put(config), layers: [put(gzipSync(fine))] };
    const annotations = { "io.containerd.image.name": "docker.io/library/app:1" };
    const path = `blobs/sha256/${digestOf(config).slice(7)}`;
    const files = [
      listOf({ Config: path, RepoTags: ["app:1"], Layers: ["layer.tar"] }),
      { name: "layer.tar", content: bad },
    ];
    for (const choice of [{}, amd64, { name: "app:1" }]) {
      const result = await scan([{ ...put(manifest), annotations }], choice, files);
      expect(result.images).toHaveLength(2);
      expect(placesIn(result)).toEqual(["layer"]);
    }
  });

  test("with two files of one name it is not known which is meant", async () => {
    const clean = Buffer.from(JSON.stringify(configOf(fine, "linux/amd64")));
    const lists = [
      listOf({ Config: "bad.json", RepoTags: ["app:1"], Layers: ["bad.tar"] }),
      listOf({ Config: "fine.json", RepoTags: ["app:1"], Layers: ["fine.tar"] }),
    ];
    const files = [
      { name: "bad.json", content: config },
      { name: "bad.tar", content: bad },
      { name: "fine.json", content: clean },
      { name: "fine.tar", content: fine },
    ];
    for (const [first, second] of [lists, lists.toReversed()] as [MadeEntry, MadeEntry][]) {
      for (const name of [undefined, "app:1"]) {
        const { complete, skipped, findings } = await scanFiles([...files, first, second], name);
        expect({ complete, found: findings.length }).toEqual({ complete: false, found: 1 });
        expect(skipped).toContainEqual({ what: "the file manifest.json", why: "the archive holds several" });
      }
    }
    const twice = [...files, ...files, lists[0]!];
    expect(await scanFiles(twice, "app:1")).toMatchObject({ complete: true });
  });

  test("whose manifest.json cannot be read, that is told, whatever its index says", async () => {
    const { image, scan } = makeLayout();
    const { complete, skipped } = await scan([image(fine)], {}, [{ name: "manifest.json", content: "[{}] [" }]);
    expect(complete).toBe(false);
    expect(skipped).toMatchObject([{ what: "manifest.json" }]);
  });

  test("paths are read as they are meant", async () => {
    const files = [
      { name: "config.json", content: config },
      { name: "a/layer.tar", content: bad },
      listOf({ Config: "./config.json", RepoTags: null, Layers: ["./b/../a//layer.tar"] }),
    ];
    expect(await scanFiles(files)).toMatchObject({ complete: true, findings: [{ where: { surface: "layer" } }] });
  });

  test("of two images each has the config of its own layers", async () => {
    const ids = ["a", "b"].map((letter) => letter.repeat(64));
    const files = ids.flatMap((id, at): MadeEntry[] => [
      { name: `${id}/layer.tar`, content: fine },
      {
        name: `${id}/json`,
        content: JSON.stringify({ id, os: "linux", architecture: "amd64", author: at === 0 ? "" : value }),
      },
      { name: `${at}.json`, content: JSON.stringify(configOf(fine, "linux/amd64", { author: at })) },
    ]);
    const entries = ids.map((id, at) => ({
      Config: `${at}.json`,
      RepoTags: [`app:${at}`],
      Layers: [`${id}/layer.tar`],
    }));
    const archive = [...files, { name: "manifest.json", content: JSON.stringify(entries) }];
    expect(await scanFiles(archive, "app:0")).toMatchObject({ complete: true, findings: [] });
    for (const name of [undefined, "app:1"]) {
      const { findings } = await scanFiles(archive, name);
      expect(findings).toMatchObject([{ where: { surface: "config" } }]);
    }
  });
});

test("a manifest of hundreds of thousands of descriptors is not taken apart", async () => {
  const { put, scan } = makeLayout();
  const result = await scan([put({ layers: Array.from({ length: 400_000 }, () => ({})) })]);
  expect(result).toMatchObject({ complete: false });
  expect(result.skipped).toMatchObject([{ why: "it is neither an image's manifest nor an index" }]);
});

test("an index of more manifests than an image has is cut off", async () => {
  const { image, scan } = makeLayout();
  const top = image(fine);
  const { skipped } = await scan(Array.from({ length: 10_001 }, () => top));
  expect(skipped).toEqual([{ what: "the index", why: "it names more than 10000 manifests" }]);
});
