import { describe, expect, test } from "vitest";
import { assemble, type Blob } from "../../../src/image/assemble.ts";
import type { Choice } from "../../../src/image/choice.ts";
import { readDocument } from "../../../src/image/document.ts";
import { digestOf } from "./made-image.ts";

const ociType = "application/vnd.oci.image";

/** Collects blobs as an archive would hold them. */
function makeBlobs() {
  const blobs: Blob[] = [];
  const put = (path: string | undefined, bytes: Buffer, more: Partial<Blob>) => {
    const digest = digestOf(bytes);
    const blob = {
      id: blobs.length + 1,
      path: path ?? `blobs/sha256/${digest.slice(7)}`,
      digest,
      bytes: bytes.length,
      isTar: false,
      diffId: undefined,
      document: undefined,
      ...more,
    };
    blobs.push(blob);
    return blob;
  };
  const document = (json: unknown, path?: string) =>
    put(path, Buffer.from(JSON.stringify(json)), { document: readDocument(json) });
  const layer = (text: string, diffId = `sha256:${text}`) => put(undefined, Buffer.from(text), { isTar: true, diffId });
  return { blobs, document, layer };
}

function config(diffIds: readonly string[], history: readonly unknown[] = [], more: object = {}) {
  return { os: "linux", architecture: "arm64", variant: "v8", rootfs: { diff_ids: diffIds }, history, ...more };
}

function manifestOf(config: Blob, layers: readonly Blob[], more: object = {}) {
  return {
    config: { mediaType: `${ociType}.config.v1+json`, digest: config.digest },
    layers: layers.map(({ digest }) => ({ digest })),
    ...more,
  };
}

describe("an image", () => {
  test("is put together through indexes in indexes, under all its names", () => {
    const { blobs, document, layer } = makeBlobs();
    const one = layer("one");
    const manifest = document(manifestOf(document(config(["sha256:one"])), [one]));
    const inner = document({ manifests: [{ digest: manifest.digest }] });
    document(
      {
        manifests: [
          {
            digest: inner.digest,
            annotations: { "io.containerd.image.name": "host.test/app:1", "org.opencontainers.image.ref.name": "1" },
          },
        ],
      },
      "index.json",
    );
    const { topDigest, images, problems } = assemble(blobs);
    expect(problems).toEqual([]);
    expect(topDigest).toBe(inner.digest);
    expect(images).toMatchObject([
      {
        platform: "linux/arm64/v8",
        names: ["host.test/app:1"],
        manifestDigest: manifest.digest,
        layers: [{ digest: one.digest, diffId: "sha256:one", blob: one.id }],
      },
    ]);
  });

  test("of several in one archive has no digest of the whole", () => {
    const { blobs, document } = makeBlobs();
    const manifests = ["a", "b"].map((name) => document(manifestOf(document(config([], [], { author: name })), [])));
    document({ manifests: manifests.map(({ digest }) => ({ digest })) }, "index.json");
    expect(assemble(blobs)).toMatchObject({ topDigest: undefined, problems: [], images: [{}, {}] });
  });

  test("with the same layer twice has both, each with its instruction", () => {
    const { blobs, document, layer } = makeBlobs();
    const one = layer("one");
    const history = [{ created_by: "RUN a" }, { created_by: "ENV b", empty_layer: true }, { created_by: "RUN c" }];
    const made = document(config(["sha256:one", "sha256:one"], history));
    document({ manifests: [{ digest: document(manifestOf(made, [one, one])).digest }] }, "index.json");
    const { images, roles } = assemble(blobs);
    expect(images[0]!.layers.map(({ index, createdBy, historyIndex }) => [index, createdBy, historyIndex])).toEqual([
      [0, "RUN a", 0],
      [1, "RUN c", 2],
    ]);
    expect(roles.get(one.id)).toEqual([
      { kind: "layer", image: 0, layer: 0 },
      { kind: "layer", image: 0, layer: 1 },
    ]);
  });

  test("whose history counts other layers names no instruction, rather than a wrong one", () => {
    const { blobs, document, layer } = makeBlobs();
    const made = document(config(["sha256:one"], [{ created_by: "RUN a" }, { created_by: "RUN b" }]));
    document({ manifests: [{ digest: document(manifestOf(made, [layer("one")])).digest }] }, "index.json");
    expect(assemble(blobs)).toMatchObject({ problems: [], images: [{ layers: [{ createdBy: undefined }] }] });
  });

  test("has attestations of BuildKit's kind and referrers, at the platform they are about", () => {
    const { blobs, document, layer } = makeBlobs();
    const manifest = document(manifestOf(document(config(["sha256:one"])), [layer("one")]));
    const statements = [document({ predicateType: "a" }), document({ predicateType: "b" })];
    const attached = document(manifestOf(document({ empty: 1 }), [statements[0]!]));
    const referrer = document({
      layers: [{ digest: statements[1]!.digest }],
      subject: { digest: manifest.digest },
      artifactType: "x",
    });
    const annotations = {
      "vnd.docker.reference.type": "attestation-manifest",
      "vnd.docker.reference.digest": manifest.digest,
    };
    document(
      {
        manifests: [{ digest: attached.digest, annotations }, { digest: referrer.digest }, { digest: manifest.digest }],
      },
      "index.json",
    );
    const { images, roles, problems } = assemble(blobs);
    expect(problems).toEqual([]);
    expect(images).toHaveLength(1);
    for (const { id } of statements)
      expect(roles.get(id)).toEqual([{ kind: "attestation", platform: "linux/arm64/v8" }]);
  });
});

test("an engine's own has of an index what it was given, and the rest is left out, unless it was asked for", () => {
  const { blobs, document, layer } = makeBlobs();
  const one = layer("one");
  const manifest = document(manifestOf(document(config(["sha256:one"])), [one]));
  const inner = document({
    manifests: [
      { digest: manifest.digest },
      { digest: "sha256:elsewhere", platform: { os: "linux", architecture: "s390x" } },
      { digest: "sha256:note", platform: { os: "unknown", architecture: "unknown" } },
    ],
  });
  document({ manifests: [{ digest: inner.digest }] }, "index.json");
  const partly = assemble(blobs, { isHeldInPart: true });
  expect(partly.problems).toEqual([]);
  expect(partly.leftOut.map(({ what }) => what)).toEqual(["the platform linux/s390x", "the manifest sha256:note"]);
  const problemsOf = (options: Parameters<typeof assemble>[1]) =>
    assemble(blobs, options).problems.map(({ what }) => what);
  expect(problemsOf({})).toEqual(["the manifest sha256:elsewhere", "the manifest sha256:note"]);
  expect(problemsOf({ isHeldInPart: true, choice: { platforms: ["linux/s390x"] } })).toEqual([
    "the platform linux/s390x",
  ]);
  const without = blobs.filter(({ digest }) => digest !== inner.digest);
  expect(assemble(without, { isHeldInPart: true }).problems).toHaveLength(1);
});

describe("a problem is told when", () => {
  test.each<[string, (made: ReturnType<typeof makeBlobs>) => void, RegExp]>([
    [
      "a layer is foreign",
      ({ document }) => {
        const layers = [{ digest: "sha256:elsewhere", urls: ["https://host.test/layer"] }];
        document(
          { manifests: [{ digest: document({ ...manifestOf(document(config(["sha256:x"])), []), layers }).digest }] },
          "index.json",
        );
      },
      /layer 0 of linux\/arm64\/v8, sha256:elsewhere: it is a foreign layer/,
    ],
    [
      "a layer's content is not what the config says",
      ({ document, layer }) => {
        document(
          { manifests: [{ digest: document(manifestOf(document(config(["sha256:other"])), [layer("one")])).digest }] },
          "index.json",
        );
      },
      /layer 0 .*: its content is sha256:one, the config says sha256:other/,
    ],
    [
      "the config names fewer layers",
      ({ document, layer }) => {
        document(
          { manifests: [{ digest: document(manifestOf(document(config([])), [layer("one")])).digest }] },
          "index.json",
        );
      },
      /its config names 0 layers, its manifest 1/,
    ],
    [
      "the config is no config",
      ({ document }) => {
        document({ manifests: [{ digest: document(manifestOf(document({ a: 1 }), [])).digest }] }, "index.json");
      },
      /its config cannot be read/,
    ],
    [
      "a manifest is none",
      ({ document }) => {
        document({ manifests: [{ digest: document({ a: 1 }).digest }] }, "index.json");
      },
      /neither an image's manifest nor an index/,
    ],
    [
      "an index goes round in a circle, or nowhere",
      ({ document }) => {
        document({ manifests: [{}] }, "index.json");
      },
      /the manifest without a digest: it is not in the archive/,
    ],
    [
      "index.json is none",
      ({ document }) => {
        document({ a: 1 }, "index.json");
      },
      /index.json: it is not an index/,
    ],
    [
      "a blob has another content than its name",
      ({ document, blobs }) => {
        document({ manifests: [] }, "index.json");
        blobs.push({ ...blobs[0]!, path: `blobs/sha256/${"0".repeat(64)}` });
      },
      /the blob blobs\/sha256\/0{64}: its content is sha256:/,
    ],
    [
      "there is no image",
      ({ document }) => {
        document({ manifests: [] }, "index.json");
      },
      /it holds no image/,
    ],
  ])("%s", (_, make, expected) => {
    const made = makeBlobs();
    make(made);
    expect(
      assemble(made.blobs)
        .problems.map(({ what, why }) => `${what}: ${why}`)
        .join("\n"),
    ).toMatch(expected);
  });
});

describe("what was chosen and is not there is told, with what is", () => {
  type Named = { readonly name?: string; readonly platform?: string };

  /** An OCI layout of an image for each, or of one index of them. */
  function layoutOf(images: readonly Named[], form: "tops" | "index" = "tops"): readonly Blob[] {
    const { blobs, document } = makeBlobs();
    const manifests = images.map(({ name, platform = "linux/amd64" }, at) => {
      const [os, architecture] = platform.split("/");
      const made = { os, architecture, author: at, rootfs: { diff_ids: [] } };
      const { digest } = document(manifestOf(document(made), []));
      const annotations = name === undefined ? {} : { "org.opencontainers.image.ref.name": name };
      return { digest, annotations, ...(form === "index" && { platform: { os, architecture } }) };
    });
    document({ manifests: form === "tops" ? manifests : [{ digest: document({ manifests }).digest }] }, "index.json");
    return blobs;
  }
  const told = (blobs: readonly Blob[], choice: Choice) =>
    assemble(blobs, { choice }).problems.map(({ what, why }) => `${what}: ${why}`);

  test("a name of a layout", () => {
    expect(told(layoutOf([{ name: "1" }]), { name: "2" })).toEqual([
      "the archive: it holds no image called 2; it has 1",
    ]);
    expect(told(layoutOf([{}]), { name: "2" })).toEqual([
      "the archive: it holds no image called 2; none in it has a name",
    ]);
    const many = ["a", "b", "c", "d", "e", "f", "g"].map((name) => ({ name }));
    expect(told(layoutOf(many), { name: "h" })).toEqual([
      "the archive: it holds no image called h; it has a, b, c, d, e and 2 more",
    ]);
  });

  test("a name of an archive, once for each image that an index names, too", () => {
    const { blobs, document } = makeBlobs();
    const made = document(config([]), "config.json");
    const { digest } = document(manifestOf(made, []));
    const annotations = { "io.containerd.image.name": "docker.io/library/app:1" };
    document({ manifests: [{ digest, annotations }] }, "index.json");
    document([{ Config: "config.json", Layers: [], RepoTags: ["app:1", "other:1"] }], "manifest.json");
    expect(told(blobs, { name: "app:2", platforms: ["linux/s390x"] })).toEqual([
      "the archive: it holds no image called app:2; it has app:1, other:1",
    ]);
    expect(told(blobs, { name: "app:1" })).toEqual([]);
  });

  test("a name in an archive that holds nothing is not what is wrong with it", () => {
    expect(told(layoutOf([]), { name: "2" })).toEqual(["the archive: it holds no image"]);
  });

  test("a platform, and no more than that", () => {
    const both = [{ platform: "linux/amd64" }, { platform: "linux/arm64" }];
    const wanted = { platforms: ["linux/arm64", "linux/s390x"] };
    expect(told(layoutOf(both, "index"), { platforms: ["linux/s390x"] })).toEqual([
      "the platform linux/s390x: the image has only linux/amd64, linux/arm64",
    ]);
    expect(told(layoutOf(both, "index"), wanted)).toEqual([
      "the platform linux/s390x: the image has only linux/amd64, linux/arm64",
    ]);
    expect(told(layoutOf([{ name: "1" }]), { name: "1", ...wanted })).toEqual([
      "the platform linux/arm64: the image has only linux/amd64",
      "the platform linux/s390x: the image has only linux/amd64",
    ]);
    const { blobs, document } = makeBlobs();
    document(config([]), "config.json");
    document([{ Config: "config.json", Layers: [], RepoTags: [] }], "manifest.json");
    expect(told(blobs, { platforms: ["linux/amd64"] })).toEqual([
      "the platform linux/amd64: the image has only linux/arm64/v8",
    ]);
  });

  test("a platform whose manifest cannot be had is only missing that", () => {
    const { blobs, document } = makeBlobs();
    const missing = { digest: `sha256:${"0".repeat(64)}`, platform: { os: "linux", architecture: "arm64" } };
    const there = { digest: `sha256:${"1".repeat(64)}`, platform: { os: "linux", architecture: "amd64" } };
    const annotations = { "vnd.docker.reference.type": "attestation-manifest" };
    const about = { ...missing, digest: `sha256:${"2".repeat(64)}`, annotations };
    document({ manifests: [missing, there, about] }, "index.json");
    expect(told(blobs, { platforms: ["linux/arm64"] })).toEqual([
      `the manifest ${missing.digest}: it is not in the archive`,
      `the manifest ${about.digest}: it is not in the archive`,
    ]);
  });
});

test("no document, however odd, makes reading throw", () => {
  for (const json of [
    null,
    1,
    "x",
    [],
    [null],
    {},
    { manifests: [null, 1] },
    { layers: [null], config: 1 },
    { rootfs: null, history: [null, 1] },
    { rootfs: { diff_ids: 3 }, history: {} },
    [{ Layers: [1] }],
  ]) {
    expect(() => readDocument(json)).not.toThrow();
  }
});
