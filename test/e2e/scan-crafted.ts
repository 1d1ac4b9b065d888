import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Descriptor, type Layout, openLayout, type } from "./image-layout.ts";
import type { Fill } from "./plant.ts";
import type { Place } from "./scan-image.ts";
import { createScratch } from "./scratch.ts";
import type { ImageTools } from "./service/image-tool.ts";

/** Where a value lies in the image that umoci and tar made; `layer` counts from 0. */
export interface Row {
  readonly name: string;
  readonly layer?: number;
  readonly where: Partial<Place> & { readonly surface: string };
  /** What else holds it. */
  readonly also?: readonly string[];
}

const long = (name: string): string => `${"a-folder-with-a-long-name/".repeat(6)}${name}`;
const holeBytes = 5 << 20;

/** A folder's files as a tar of GNU tar's. */
async function tarOf(tools: ImageTools, folder: string, flags: readonly string[]): Promise<Buffer> {
  return tools.run("tar", ["-c", "--sort=name", "--mtime=@0", "--numeric-owner", ...flags, "-C", folder, "."]);
}

function openFolder(): {
  readonly folder: string;
  readonly write: (path: string, content: string | Uint8Array) => string;
} {
  const folder = createScratch("crafted");
  const write = (path: string, content: string | Uint8Array): string => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
    return join(folder, path);
  };
  return { folder, write };
}

/** A file that is a hole, a text, a hole, and a text. */
async function writeSparse(path: string, text: string, tools: ImageTools): Promise<void> {
  mkdirSync(dirname(path), { recursive: true });
  await tools.run("truncate", ["-s", String(holeBytes), path]);
  writeFileSync(path, "in the middle", { flag: "a" });
  await tools.run("truncate", ["-s", String(2 * holeBytes), path]);
  writeFileSync(path, text, { flag: "a" });
}

async function gnuLayer(fill: Fill, tools: ImageTools, withSparse: boolean): Promise<Buffer> {
  const { folder, write } = openFolder();
  write(long(fill("long name of GNU")), "x");
  mkdirSync(join(folder, "links"));
  symlinkSync(`/${long(fill("long link of GNU"))}`, join(folder, "links/long"));
  write("hard/first", fill("hard link"));
  linkSync(join(folder, "hard/first"), join(folder, "hard/second"));
  if (withSparse) await writeSparse(join(folder, "sparse/gnu"), fill("sparse of GNU"), tools);
  return tarOf(tools, folder, ["--format=gnu", "--sparse"]);
}

async function paxLayer(fill: Fill, tools: ImageTools, has: (name: string) => boolean): Promise<Buffer> {
  const { folder, write } = openFolder();
  write(long(fill("long name of PAX")), "x");
  mkdirSync(join(folder, "links"));
  symlinkSync(`/${long(fill("long link of PAX"))}`, join(folder, "links/long"));
  const tagged = write("tagged", "x");
  await tools.run("setfattr", ["-n", "user.token", "-v", fill("xattr"), tagged]);
  await tools.run("setfattr", ["-n", `user.${fill("name of an xattr")}`, "-v", "x", tagged]);
  if (has("sparse of PAX")) await writeSparse(join(folder, "sparse/pax"), fill("sparse of PAX"), tools);
  return tarOf(tools, folder, [
    ...["--format=posix", "--sparse", "--xattrs", "--xattrs-include=*"],
    `--pax-option=${has("global PAX header") ? `comment=${fill("global PAX header")},` : ""}buildseal.note:=${fill("PAX header")}`,
  ]);
}

async function oldLayer(fill: Fill, tools: ImageTools): Promise<Buffer> {
  const { folder, write } = openFolder();
  write("old/v7", fill("file in v7"));
  write("old/owned", "x");
  return tarOf(tools, folder, ["--format=v7"]);
}

/** A tar whose writer did not clean its buffers: values in the padding of a file, after the end mark, and behind that. */
async function dirtyLayer(fill: Fill, tools: ImageTools): Promise<Buffer> {
  const { folder, write } = openFolder();
  const marker = `marker-${"m".repeat(20)}`;
  write("padded", marker);
  const tar = await tarOf(tools, folder, ["--format=ustar", "--blocking-factor=20"]);
  tar.write(fill("padding of a file"), tar.indexOf(marker) + marker.length + 40, "latin1");
  tar.write(fill("padding of the archive"), tar.length - 600, "latin1");
  return Buffer.concat([tar, Buffer.from(fill("behind the archive"))]);
}

export const rows: readonly Row[] = [
  { name: "long name of GNU", layer: 0, where: { surface: "path" } },
  { name: "long link of GNU", layer: 0, where: { surface: "path", path: "links/long" } },
  { name: "hard link", layer: 0, where: { surface: "layer", path: "hard/first", line: 1, offset: 0 } },
  { name: "sparse of GNU", layer: 0, where: { surface: "layer", path: "sparse/gnu", offset: 2 * holeBytes } },
  { name: "long name of PAX", layer: 1, where: { surface: "path" } },
  { name: "long link of PAX", layer: 1, where: { surface: "path", path: "links/long" } },
  { name: "xattr", layer: 1, where: { surface: "metadata", path: "tagged" } },
  { name: "name of an xattr", layer: 1, where: { surface: "metadata", path: "tagged" } },
  { name: "global PAX header", layer: 1, where: { surface: "metadata" } },
  { name: "PAX header", layer: 1, where: { surface: "metadata" } },
  { name: "sparse of PAX", layer: 1, where: { surface: "layer", path: "sparse/pax", offset: 2 * holeBytes } },
  { name: "file in v7", layer: 2, where: { surface: "layer", path: "old/v7", deletedIn: 4 } },
  { name: "padding of a file", layer: 3, where: { surface: "slack", path: "padded" } },
  { name: "padding of the archive", layer: 3, where: { surface: "slack" } },
  { name: "behind the archive", layer: 3, where: { surface: "slack" } },
  {
    name: "inserted over an opaque folder",
    layer: 4,
    where: { surface: "layer", path: "old/new", line: 1, offset: 0 },
  },
  // umoci makes the author that of its own entry in the history, too.
  { name: "author", where: { surface: "config", path: "author" }, also: ["history"] },
  { name: "author of a step", where: { surface: "history", path: "history[0].author" } },
  { name: "comment of a step", where: { surface: "history", path: "history[0].comment" } },
  { name: "created by", where: { surface: "history" } },
  { name: "umoci env", where: { surface: "config", path: "config.Env.MADE" } },
  { name: "umoci annotation", where: { surface: "annotation", path: "annotations.org.example.made" } },
  { name: "DSSE payload", where: { surface: "attestation", path: "payload" } },
];

export const tag = "made";

/**
 * What skopeo cannot make zstd:chunked of: it knows no sparse files of GNU and no global PAX headers, and writes those of
 * PAX wrong; and it leaves behind what refers to an image.
 */
export const notChunked = ["sparse of GNU", "sparse of PAX", "global PAX header", "DSSE payload"];

/** Makes an image with umoci, of tars of every form (but for those left out), in a layout; its layers are gzip. */
export async function craftImage(fill: Fill, tools: ImageTools, leftOut: readonly string[] = []): Promise<Layout> {
  const folder = join(createScratch("umoci"), "layout");
  const image = `${folder}:${tag}`;
  await tools.umoci("init", "--layout", folder);
  await tools.umoci("new", "--image", image);
  const has = (name: string): boolean => !leftOut.includes(name);
  const tars = [
    await gnuLayer(fill, tools, has("sparse of GNU")),
    await paxLayer(fill, tools, has),
    await oldLayer(fill, tools),
    await dirtyLayer(fill, tools),
  ];
  const scratch = createScratch("tars");
  for (const [index, tar] of tars.entries()) {
    const path = join(scratch, `${index}.tar`);
    writeFileSync(path, tar);
    const words = ["raw", "add-layer", "--image", image, "--history.created_by", `RUN step ${index}`];
    if (index === 0)
      words.push("--history.author", fill("author of a step"), "--history.comment", fill("comment of a step"));
    await tools.umoci(...words, path);
  }
  const fresh = openFolder();
  fresh.write("new", fill("inserted over an opaque folder"));
  await tools.umoci("insert", "--image", image, "--history.created_by", "RUN step 4", "--opaque", fresh.folder, "/old");
  await tools.umoci(
    ...["config", "--image", image, "--author", fill("author"), "--config.env", `MADE=${fill("umoci env")}`],
    ...["--history.created_by", `CONFIG ${fill("created by")}`],
    ...["--manifest.annotation", `org.example.made=${fill("umoci annotation")}`],
  );
  const layout = openLayout(folder);
  addSignature(layout, fill("DSSE payload"));
  return layout;
}

/** An attestation as cosign attaches it: an envelope (DSSE) around a statement in base64, in a manifest that refers to the image's. */
function addSignature(layout: Layout, said: string): void {
  const index = layout.index();
  const [image] = index.manifests as Descriptor[];
  const statement = {
    _type: "https://in-toto.io/Statement/v1",
    predicateType: "https://example.com/made",
    predicate: { said },
  };
  const envelope = {
    payloadType: "application/vnd.in-toto+json",
    payload: Buffer.from(JSON.stringify(statement)).toString("base64"),
    signatures: [{ keyid: "", sig: Buffer.alloc(64, 7).toString("base64") }],
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: type.manifest,
    artifactType: "application/vnd.dsse.envelope.v1+json",
    config: layout.add({}, "application/vnd.oci.empty.v1+json"),
    layers: [layout.add(envelope, "application/vnd.dsse.envelope.v1+json")],
    subject: { mediaType: type.manifest, digest: image!.digest, size: image!.size },
  };
  layout.writeIndex({ ...index, manifests: [image, layout.add(manifest, type.manifest)] });
}

/** Copies the image with its layers packed in another way. */
export async function repack(
  from: Layout,
  to: Layout,
  pack: (tar: Buffer) => Promise<Uint8Array>,
  mediaType: string,
  tools: ImageTools,
): Promise<void> {
  const index = from.index();
  const [image, signature] = index.manifests as [Descriptor, Descriptor];
  const manifest = from.json(image.digest);
  const layers: Descriptor[] = [];
  for (const layer of manifest.layers as Descriptor[]) {
    layers.push(to.add(await pack(await tools.pipe("gzip", ["-dc"], from.blob(layer.digest))), mediaType));
  }
  const config = to.add(from.blob(manifest.config.digest), manifest.config.mediaType);
  const packed = to.add({ ...manifest, config, layers }, type.manifest, { annotations: image.annotations ?? {} });
  const about = from.json(signature.digest);
  for (const part of [about.config, ...about.layers] as Descriptor[]) to.add(from.blob(part.digest), part.mediaType);
  const subject = { ...about.subject, digest: packed.digest, size: packed.size };
  to.writeIndex({ ...index, manifests: [packed, to.add({ ...about, subject }, type.manifest)] });
}

/** Half and half, each packed on its own: what pigz, bgzip or an appending writer leave. */
export async function inTwo(
  tar: Buffer,
  pack: (part: Buffer) => Promise<Uint8Array>,
  between: Uint8Array = Buffer.alloc(0),
): Promise<Buffer> {
  const middle = Math.floor(tar.length / 2) + 1;
  return Buffer.concat([await pack(tar.subarray(0, middle)), between, await pack(tar.subarray(middle))]);
}

/** A frame that decoders skip (RFC 8878, 3.1.2). */
export function skippableFrame(content: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(0x184d2a53, 0);
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content]);
}
