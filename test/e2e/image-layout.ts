import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

// biome-ignore lint/suspicious/noExplicitAny: a document that the test knows better
export type Json = any;

export const sha256 = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string; readonly variant?: string };
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An OCI layout in a folder, read and written by the words of the specification and nothing of buildseal's. */
export interface Layout {
  readonly folder: string;
  readonly index: () => Json;
  readonly writeIndex: (index: Json) => void;
  readonly blob: (digest: string) => Buffer;
  readonly json: (digest: string) => Json;
  readonly add: (bytes: Uint8Array | Json, mediaType: string, more?: Partial<Descriptor>) => Descriptor;
}

export function openLayout(folder: string): Layout {
  const place = (digest: string): string => join(folder, "blobs", ...digest.split(":"));
  const blob = (digest: string): Buffer => readFileSync(place(digest));
  return {
    folder,
    blob,
    index: () => JSON.parse(readFileSync(join(folder, "index.json"), "utf8")),
    writeIndex: (index) => writeFileSync(join(folder, "index.json"), JSON.stringify(index)),
    json: (digest) => JSON.parse(blob(digest).toString()),
    add: (content, mediaType, more = {}) => {
      const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
      const digest = sha256(bytes);
      writeFileSync(place(digest), bytes);
      return { mediaType, digest, size: bytes.length, ...more };
    },
  };
}

export function createLayout(folder: string): Layout {
  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const layout = openLayout(folder);
  if (!existsSync(join(folder, "index.json"))) layout.writeIndex({ schemaVersion: 2, manifests: [] });
  return layout;
}

export const type = {
  index: "application/vnd.oci.image.index.v1+json",
  manifest: "application/vnd.oci.image.manifest.v1+json",
  config: "application/vnd.oci.image.config.v1+json",
  layer: "application/vnd.oci.image.layer.v1.tar",
} as const;

/** Puts an image of these layers (tars) into a layout; `pack` is how each of them lies there. */
export async function addImage(
  layout: Layout,
  layers: readonly Uint8Array[],
  {
    pack = async (tar) => tar,
    mediaType = type.layer,
    platform = { os: "linux", architecture: "amd64" },
    config = {},
    history = layers.map((_, index) => ({ created_by: `RUN step ${index}` })),
    manifest = {},
  }: {
    readonly pack?: (tar: Uint8Array, index: number) => Promise<Uint8Array>;
    readonly mediaType?: string;
    readonly platform?: { readonly os: string; readonly architecture: string };
    readonly config?: Json;
    readonly history?: readonly Json[];
    readonly manifest?: Json;
  } = {},
): Promise<Descriptor> {
  const packed: Descriptor[] = [];
  for (const [index, tar] of layers.entries()) packed.push(layout.add(await pack(tar, index), mediaType));
  const configDescriptor = layout.add(
    { ...platform, config, rootfs: { type: "layers", diff_ids: layers.map(sha256) }, history },
    type.config,
  );
  const document = {
    schemaVersion: 2,
    mediaType: type.manifest,
    config: configDescriptor,
    layers: packed,
    ...manifest,
  };
  return layout.add(document, type.manifest, { platform });
}

/** What each image of a layout is made of, by platform: what a report has to name. */
export interface KnownImage {
  readonly platform: string;
  readonly digest: string;
  readonly layers: readonly {
    readonly digest: string;
    readonly diffId: string;
    readonly createdBy: string | undefined;
  }[];
}

/** Reads what a manifest says (its layers' instructions are those of the history that are not empty). */
export function describeImage(layout: Pick<Layout, "json">, digest: string): KnownImage {
  const manifest = layout.json(digest);
  const config = layout.json(manifest.config.digest);
  const made = config.history.filter((entry: Json) => entry.empty_layer !== true);
  return {
    platform: [config.os, config.architecture, config.variant].filter(Boolean).join("/"),
    digest,
    layers: manifest.layers.map((layer: Json, index: number) => ({
      digest: layer.digest,
      diffId: config.rootfs.diff_ids[index],
      createdBy: made[index]?.created_by,
    })),
  };
}

/** All images of a layout, through indexes in indexes, without attestations. */
export function imagesIn(layout: Layout, index: Json = layout.index()): readonly KnownImage[] {
  return index.manifests.flatMap((each: Descriptor) => {
    if (each.annotations?.["vnd.docker.reference.type"] !== undefined) return [];
    const document = layout.json(each.digest);
    return document.manifests === undefined ? [describeImage(layout, each.digest)] : imagesIn(layout, document);
  });
}
