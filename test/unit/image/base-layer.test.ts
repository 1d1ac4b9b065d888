import { describe, expect, test } from "vitest";
import { assemble, type Blob } from "../../../src/image/assemble.ts";
import { readDocument } from "../../../src/image/document.ts";
import { digestOf } from "./made-image.ts";

const nameKey = "org.opencontainers.image.base.name";
const digestKey = "org.opencontainers.image.base.digest";
const base = { name: "example.com/base:1", digest: `sha256:${"b".repeat(64)}` };
const claim = { [nameKey]: base.name, [digestKey]: base.digest };

type Attested = { readonly predicate: unknown };
type Made = {
  readonly annotations?: object;
  readonly labels?: object;
  readonly attested?: (layers: readonly Blob[]) => Attested;
  /** An image of the first so many layers lies beside it, and its digest is the claimed one. */
  readonly baseOf?: number;
};

/** Of each of four layers of an image: the name of its base. */
function basesIn({ annotations, labels, attested, baseOf }: Made) {
  const blobs: Blob[] = [];
  const put = (text: string, more: Partial<Blob>): Blob => {
    const digest = digestOf(Buffer.from(text));
    const path = more.path ?? `blobs/sha256/${digest.slice(7)}`;
    const blob = {
      id: blobs.length + 1,
      digest,
      bytes: 1,
      isTar: false,
      diffId: undefined,
      document: undefined,
      ...more,
      path,
    };
    blobs.push(blob as Blob);
    return blob as Blob;
  };
  const document = (json: unknown, path?: string): Blob =>
    put(JSON.stringify(json), { document: readDocument(json), ...(path === undefined ? {} : { path }) });
  const layers = ["a", "b", "c", "d"].map((name) => put(name, { isTar: true, diffId: `sha256:${name}` }));
  const imageOf = (some: readonly Blob[], said: object, labels: object = {}): Blob => {
    const config = {
      os: "linux",
      architecture: "amd64",
      config: { Labels: labels },
      rootfs: { diff_ids: some.map(({ diffId }) => diffId) },
    };
    return document({
      config: { digest: document(config).digest, mediaType: "application/vnd.oci.image.config.v1+json" },
      layers: some.map(({ digest }) => ({ digest })),
      annotations: said,
    });
  };
  const other = baseOf === undefined ? undefined : imageOf(layers.slice(0, baseOf), { base: "yes" });
  const image = imageOf(
    layers,
    other === undefined ? (annotations ?? {}) : { ...claim, [digestKey]: other.digest },
    labels,
  );
  const manifests: unknown[] = [{ digest: image.digest }, ...(other === undefined ? [] : [{ digest: other.digest }])];
  if (attested !== undefined) {
    const statement = document({ predicateType: "https://slsa.dev/provenance/v0.2", ...attested(layers) });
    const attestation = document({ layers: [{ digest: statement.digest }] });
    const said = { "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.digest };
    manifests.push({ digest: attestation.digest, annotations: said });
  }
  document({ manifests }, "index.json");
  const made = assemble(blobs);
  expect(made.problems).toEqual([]);
  const found = made.images.find(({ manifestDigest }) => manifestDigest === image.digest)!;
  return { claimed: found.claimedBase, layers: found.layers.map((layer) => layer.base?.name) };
}

const pulled = { op: { Op: { source: { identifier: `docker-image://${base.name}@${base.digest}` } } } };
const steps = [
  { id: "step0", ...pulled },
  { id: "step1", op: { Op: { source: { identifier: "local://context" } } } },
  { id: "step2", op: { Op: { exec: {} } } },
];
const chain = (layers: readonly Blob[]) => [layers.map(({ digest }) => ({ digest, size: 1 }))];

describe("the base image of a layer", () => {
  test("is nobody's guess: a claim says nothing of its layers", () => {
    expect(basesIn({ annotations: claim })).toEqual({ claimed: base, layers: Array(4).fill(undefined) });
    expect(basesIn({ labels: claim })).toEqual({ claimed: base, layers: Array(4).fill(undefined) });
    expect(basesIn({})).toEqual({ claimed: undefined, layers: Array(4).fill(undefined) });
  });

  test("is told where the claimed base lies in the same archive", () => {
    expect(basesIn({ baseOf: 2 }).layers).toEqual([base.name, base.name, undefined, undefined]);
  });

  test("is told by a provenance that names the layers of what was pulled, in both of its forms", () => {
    const old = (layers: readonly Blob[]) => ({
      predicate: {
        buildConfig: { llbDefinition: steps },
        metadata: {
          "https://mobyproject.org/buildkit@v1#metadata": {
            layers: { "step0:0": chain(layers.slice(0, 3)), "step2:0": chain(layers) },
          },
        },
      },
    });
    expect(basesIn({ attested: old }).layers).toEqual([base.name, base.name, base.name, undefined]);
    const newer = (layers: readonly Blob[]) => ({
      predicate: {
        buildDefinition: { internalParameters: { buildConfig: { llbDefinition: steps } } },
        runDetails: { metadata: { buildkit_metadata: { layers: { "step0:0": chain(layers.slice(0, 1)) } } } },
      },
    });
    expect(basesIn({ attested: newer }).layers).toEqual([base.name, undefined, undefined, undefined]);
  });

  test("is not that of an image that only another stage was built on", () => {
    const builder = (layers: readonly Blob[]) => ({
      predicate: {
        buildConfig: { llbDefinition: steps },
        metadata: {
          "https://mobyproject.org/buildkit@v1#metadata": { layers: { "step0:0": chain(layers.slice(1, 3)) } },
        },
      },
    });
    expect(basesIn({ attested: builder }).layers).toEqual(Array(4).fill(undefined));
    expect(
      basesIn({ attested: () => ({ predicate: { buildConfig: { llbDefinition: [null, 1, {}] } } }) }).layers,
    ).toEqual(Array(4).fill(undefined));
  });

  test("is told by buildpacks, which name its last layer", () => {
    const label = (topLayer: string) => ({
      "io.buildpacks.lifecycle.metadata": JSON.stringify({ runImage: { topLayer, reference: "x", image: base.name } }),
    });
    expect(basesIn({ labels: label("sha256:b") }).layers).toEqual([base.name, base.name, undefined, undefined]);
    expect(basesIn({ labels: label("sha256:other") }).layers).toEqual(Array(4).fill(undefined));
    expect(basesIn({ labels: { "io.buildpacks.lifecycle.metadata": "{no json" } }).layers).toEqual(
      Array(4).fill(undefined),
    );
  });
});
