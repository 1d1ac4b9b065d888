import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { type MadeEntry, makeTar } from "../layer/made-tar.ts";

export type Packing = "none" | "gzip" | "zstd";
export type Form = "oci" | "docker" | "legacy";

export type MadeImage = {
  readonly layers: readonly (readonly MadeEntry[] | Buffer)[];
  readonly platform?: string;
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** Instructions; an empty layer's is marked. One for each layer when left out. */
  readonly history?: readonly { readonly created_by: string; readonly empty_layer?: boolean }[];
  readonly annotations?: Readonly<Record<string, string>>;
  /** In-toto statements, as they are. */
  readonly attestations?: readonly unknown[];
};

type Blob = { readonly digest: string; readonly bytes: Buffer };

export function pack(bytes: Buffer, packing: Packing): Buffer {
  return packing === "gzip" ? gzipSync(bytes) : packing === "zstd" ? zstdCompressSync(bytes) : bytes;
}

/**
 * An archive of images, for tests: `oci` as buildx writes it, `docker` as `docker save` of Engine 25 and later,
 * `legacy` as that of older ones (one image, layers never compressed).
 */
export function makeArchive(
  images: readonly MadeImage[],
  { form = "oci", packing = "none" }: { readonly form?: Form; readonly packing?: Packing } = {},
): Buffer {
  return makeTar(makeArchiveEntries(images, { form, packing }));
}

export function makeArchiveEntries(
  images: readonly MadeImage[],
  { form = "oci", packing = "none" }: { readonly form?: Form; readonly packing?: Packing } = {},
): MadeEntry[] {
  if (form === "legacy") return makeLegacy(images[0]!);
  const blobs = new Map<string, Buffer>();
  const add = (value: unknown): Blob => {
    const bytes = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
    const digest = digestOf(bytes);
    blobs.set(digest, bytes);
    return { digest, bytes };
  };
  const described = ({ digest, bytes }: Blob, mediaType: string) => ({ mediaType, digest, size: bytes.length });
  const manifests: unknown[] = [];
  const docker: unknown[] = [];
  for (const image of images) {
    const tars = image.layers.map((layer) => (Buffer.isBuffer(layer) ? layer : makeTar(layer)));
    const layers = tars.map((tar) => add(pack(tar, packing)));
    const config = add(configOf(image, tars));
    const [os, architecture] = (image.platform ?? "linux/amd64").split("/");
    const manifest = add({
      schemaVersion: 2,
      mediaType: "application/vnd.oci.image.manifest.v1+json",
      config: described(config, "application/vnd.oci.image.config.v1+json"),
      layers: layers.map((layer) =>
        described(layer, `application/vnd.oci.image.layer.v1.tar${packing === "none" ? "" : `+${packing}`}`),
      ),
      ...(image.annotations === undefined ? {} : { annotations: image.annotations }),
    });
    manifests.push({
      ...described(manifest, "application/vnd.oci.image.manifest.v1+json"),
      platform: { os, architecture },
    });
    docker.push({
      Config: pathOf(config.digest),
      RepoTags: ["example/app:latest"],
      Layers: layers.map((layer) => pathOf(layer.digest)),
    });
    if (image.attestations !== undefined) {
      const attested = add({
        schemaVersion: 2,
        mediaType: "application/vnd.oci.image.manifest.v1+json",
        config: described(
          add({ architecture: "unknown", os: "unknown", config: {}, rootfs: { type: "layers", diff_ids: [] } }),
          "application/vnd.oci.image.config.v1+json",
        ),
        layers: image.attestations.map((statement) => described(add(statement), "application/vnd.in-toto+json")),
      });
      manifests.push({
        ...described(attested, "application/vnd.oci.image.manifest.v1+json"),
        platform: { os: "unknown", architecture: "unknown" },
        annotations: {
          "vnd.docker.reference.type": "attestation-manifest",
          "vnd.docker.reference.digest": manifest.digest,
        },
      });
    }
  }
  const tops =
    manifests.length === 1
      ? manifests
      : [
          described(
            add({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests }),
            "application/vnd.oci.image.index.v1+json",
          ),
        ];
  const documents: MadeEntry[] = [
    { name: "index.json", content: JSON.stringify({ schemaVersion: 2, manifests: tops }) },
    { name: "oci-layout", content: JSON.stringify({ imageLayoutVersion: "1.0.0" }) },
  ];
  if (form === "docker") documents.push({ name: "manifest.json", content: JSON.stringify(docker) });
  const folders: MadeEntry[] = [
    { name: "blobs/", type: "5" },
    { name: "blobs/sha256/", type: "5" },
  ];
  const files = [...blobs].map(([digest, bytes]): MadeEntry => ({ name: pathOf(digest), content: bytes }));
  return [...folders, ...files, ...documents];
}

function makeLegacy(image: MadeImage): MadeEntry[] {
  const tars = image.layers.map((layer) => (Buffer.isBuffer(layer) ? layer : makeTar(layer)));
  const config = Buffer.from(JSON.stringify(configOf(image, tars)));
  const names = tars.map((_, index) => createHash("sha256").update(`layer ${index}`).digest("hex"));
  const configName = `${digestOf(config).slice(7)}.json`;
  return [
    ...tars.flatMap((tar, index): MadeEntry[] => {
      const same = tars.findIndex((other) => other.equals(tar));
      const layer: MadeEntry =
        same < index
          ? { name: `${names[index]}/layer.tar`, type: "2", link: `../${names[same]}/layer.tar` }
          : { name: `${names[index]}/layer.tar`, content: tar };
      return [{ name: `${names[index]}/`, type: "5" }, { name: `${names[index]}/VERSION`, content: "1.0" }, layer];
    }),
    { name: configName, content: config },
    {
      name: "manifest.json",
      content: JSON.stringify([
        { Config: configName, RepoTags: ["example/app:latest"], Layers: names.map((name) => `${name}/layer.tar`) },
      ]),
    },
  ];
}

function configOf(image: MadeImage, tars: readonly Buffer[]): unknown {
  const [os, architecture] = (image.platform ?? "linux/amd64").split("/");
  return {
    os,
    architecture,
    config: { Env: image.env ?? ["PATH=/bin"], Labels: image.labels ?? {} },
    rootfs: { type: "layers", diff_ids: tars.map(digestOf) },
    history: image.history ?? tars.map((_, index) => ({ created_by: `RUN step ${index}` })),
  };
}

function pathOf(digest: string): string {
  return `blobs/sha256/${digest.slice(7)}`;
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

/** A stream of a buffer in pieces of a size. */
export async function* inPieces(bytes: Buffer, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
