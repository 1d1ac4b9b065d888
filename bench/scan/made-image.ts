import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, createZstdCompress } from "node:zlib";
import { isZeroBlock, parseTarHeader, tarBlock } from "../../src/layer/tar-header.ts";
import { makeHeader } from "../../test/unit/layer/made-tar.ts";

export type Packing = "none" | "gzip" | "zstd";

export type MadeImage = {
  readonly archive: string;
  readonly bytes: number;
  /** Its layers as they lie in it. */
  readonly layers: readonly string[];
};

const type = "application/vnd.oci.image";

/** An archive, both of OCI and of Docker, of a root's tar, in so many layers. */
export async function makeImage(root: string, folder: string, packing: Packing, count: number): Promise<MadeImage> {
  const name = `${packing}-${count}`;
  const layers: string[] = [];
  const entries: { mediaType: string; digest: string; size: number }[] = [];
  const diffIds: string[] = [];
  for (const [at, part] of (await parts(root, count)).entries()) {
    const layer = join(folder, `layer-${name}-${at}`);
    const plain = () => layerBytes(root, part);
    diffIds.push(await digestOf(plain()));
    const packer = packing === "gzip" ? createGzip({ level: 6 }) : createZstdCompress();
    await (packing === "none"
      ? pipeline(plain, createWriteStream(layer))
      : pipeline(plain, packer, createWriteStream(layer)));
    layers.push(layer);
    entries.push({
      mediaType: `${type}.layer.v1.tar`,
      digest: await digestOf(createReadStream(layer)),
      size: (await stat(layer)).size,
    });
  }
  const archive = join(folder, `image-${name}.tar`);
  await pipeline(() => archiveBytes(layers, entries, diffIds), createWriteStream(archive));
  return { archive, bytes: (await stat(archive)).size, layers };
}

export async function removeImage({ archive, layers }: MadeImage): Promise<void> {
  for (const file of [archive, ...layers]) await rm(file);
}

/** Where a tar can be cut into about equal parts: before an entry. */
async function parts(root: string, count: number): Promise<{ from: number; to: number }[]> {
  const file = await open(root);
  try {
    const { size } = await file.stat();
    const cuts = [0];
    const block = Buffer.alloc(tarBlock);
    let isOwn = true;
    for (let at = 0; at < size; ) {
      await file.read(block, 0, tarBlock, at);
      if (isZeroBlock(block, 0)) {
        cuts.push(at);
        break;
      }
      const header = parseTarHeader(block, 0);
      if (typeof header === "string") throw new Error(`${root} is no tar at ${at}`);
      if (isOwn && cuts.length < count && at >= (cuts.length * size) / count) cuts.push(at);
      // what describes the next entry stays with it
      isOwn = !"xgLK".includes(String.fromCharCode(header.type));
      at += tarBlock + Math.ceil(header.size / tarBlock) * tarBlock;
    }
    return cuts.slice(1).map((to, index) => ({ from: cuts[index]!, to }));
  } finally {
    await file.close();
  }
}

async function* layerBytes(root: string, { from, to }: { from: number; to: number }): AsyncGenerator<Uint8Array> {
  yield* createReadStream(root, { start: from, end: to - 1, highWaterMark: 1 << 20 });
  yield Buffer.alloc(2 * tarBlock);
}

async function* archiveBytes(
  layers: readonly string[],
  entries: readonly { mediaType: string; digest: string; size: number }[],
  diffIds: readonly string[],
): AsyncGenerator<Uint8Array> {
  for (const [at, { digest, size }] of entries.entries()) {
    yield makeHeader(pathOf({ digest }), "0", size);
    yield* createReadStream(layers[at]!, { highWaterMark: 1 << 20 });
    yield padding(size);
  }
  const config = document({
    os: "linux",
    architecture: "amd64",
    config: {},
    rootfs: { type: "layers", diff_ids: diffIds },
  });
  const manifest = document({
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: { mediaType: `${type}.config.v1+json`, digest: config.digest, size: config.bytes.length },
    layers: entries,
  });
  const index = document({
    schemaVersion: 2,
    manifests: [{ mediaType: `${type}.manifest.v1+json`, digest: manifest.digest, size: manifest.bytes.length }],
  });
  // as `docker save` writes it: peers read one form or the other
  const archive = document([{ Config: config.name, RepoTags: ["bench:1"], Layers: entries.map(pathOf) }]);
  const named = [
    { ...index, name: "index.json" },
    { ...archive, name: "manifest.json" },
    { name: "oci-layout", bytes: Buffer.from('{"imageLayoutVersion":"1.0.0"}') },
  ];
  for (const { name, bytes } of [config, manifest, ...named]) {
    yield Buffer.concat([makeHeader(name, "0", bytes.length), bytes, padding(bytes.length)]);
  }
  yield Buffer.alloc(2 * tarBlock);
}

function pathOf({ digest }: { readonly digest: string }): string {
  return `blobs/sha256/${digest.slice(7)}`;
}

function document(value: unknown): { name: string; digest: string; bytes: Buffer } {
  const bytes = Buffer.from(JSON.stringify(value));
  const hex = createHash("sha256").update(bytes).digest("hex");
  return { name: `blobs/sha256/${hex}`, digest: `sha256:${hex}`, bytes };
}

function padding(size: number): Buffer {
  return Buffer.alloc((tarBlock - (size % tarBlock)) % tarBlock);
}

async function digestOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of stream) hash.update(chunk);
  return `sha256:${hash.digest("hex")}`;
}
