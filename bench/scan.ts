/**
 * How fast an image is searched: `npx node bench/scan.ts [ROOTFS.tar]`. Without one, the Debian root of the tests
 * (`scripts/parts/image-toolchain`, 520 MB). Each program's wall time, start-up included, the best of three, and its
 * ratio to reading the same bytes. Where a Docker engine is reached: the stream of `docker save` too.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGzip, createZstdCompress } from "node:zlib";
import { build } from "esbuild";
import { makeHeader } from "../test/unit/layer/made-tar.ts";

const runs = 3;
const ripgrep = "rg";
const here = import.meta.dirname;
type Run = { readonly ms: number; readonly out: string };
type Row = { readonly name: string; readonly ms: number; readonly against: number; readonly note: string };

const folder = await mkdtemp(join(tmpdir(), "buildseal-bench-"));
try {
  await main();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const root = process.argv[2] ?? output(join(here, "../scripts/parts/image-toolchain"), []);
  const program = join(folder, "scan-one.mjs");
  await build({
    entryPoints: [join(here, "scan-one.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile: program,
  });
  const rows: Row[] = [];

  const plain = await makeArchive(root, "none");
  const cat = best(["sh", "-c", 'cat "$1" >/dev/null', "sh", plain]);
  rows.push({ name: "cat", ms: cat.ms, against: cat.ms, note: size((await stat(plain)).size) });
  if (spawnSync(ripgrep, ["--version"]).status === 0) {
    const words = join(folder, "words");
    await writeFile(
      words,
      Array.from({ length: 40 }, (_, index) => createHash("sha256").update(`${index}`).digest("hex")).join("\n"),
    );
    rows.push({
      name: "ripgrep, 40 fixed strings",
      ms: best([ripgrep, "-a", "-c", "-F", "-f", words, plain], 1).ms,
      against: cat.ms,
      note: "",
    });
  }
  for (const count of [6, 40]) {
    const scan = best([process.execPath, program, plain, `${count}`]);
    rows.push({ name: `scan, ${count} values`, ms: scan.ms, against: cat.ms, note: noteOf(scan) });
  }
  for (const packing of ["gzip", "zstd"] as const) {
    const archive = await makeArchive(root, packing);
    const packed = join(folder, `layer.${packing}`);
    const unpack = best([packing, "-dc", packed], 0, true);
    rows.push({
      name: `${packing} -dc of the layer`,
      ms: unpack.ms,
      against: unpack.ms,
      note: size((await stat(packed)).size),
    });
    const scan = best([process.execPath, program, archive, "6"]);
    rows.push({ name: `scan, 6 values, ${packing} layer`, ms: scan.ms, against: unpack.ms, note: noteOf(scan) });
    await Promise.all([rm(archive), rm(packed)]);
  }
  const image = "buildseal/toolchain";
  if (spawnSync("docker", ["image", "inspect", image], { stdio: "ignore" }).status === 0) {
    const save = best(["docker", "save", image], 0, true);
    rows.push({ name: "docker save to nowhere", ms: save.ms, against: save.ms, note: "" });
    const scan = best([process.execPath, program, `docker:${image}`, "6"]);
    rows.push({ name: "scan of docker save, 6 values", ms: scan.ms, against: save.ms, note: noteOf(scan) });
    const goal = 1.15 * save.ms + 500;
    rows.push({
      name: "  the goal: 1.15 × save + 0.5 s",
      ms: goal,
      against: save.ms,
      note: scan.ms <= goal ? "held" : "MISSED",
    });
  }
  print(rows);
}

/** An OCI archive of one layer; the packed layer is left beside it as `layer.<packing>`. */
async function makeArchive(root: string, packing: "none" | "gzip" | "zstd"): Promise<string> {
  const layer = packing === "none" ? root : join(folder, `layer.${packing}`);
  if (packing !== "none") {
    const packer = packing === "gzip" ? createGzip({ level: 6 }) : createZstdCompress();
    await pipeline(createReadStream(root, { highWaterMark: 1 << 20 }), packer, createWriteStream(layer));
  }
  const documents = new Map<string, Buffer>();
  const add = (value: unknown) => {
    const bytes = Buffer.from(JSON.stringify(value));
    const digest = createHash("sha256").update(bytes).digest("hex");
    documents.set(`blobs/sha256/${digest}`, bytes);
    return { digest: `sha256:${digest}`, size: bytes.length };
  };
  const layerDigest = await digestOf(layer);
  const type = "application/vnd.oci.image";
  const config = add({
    os: "linux",
    architecture: "amd64",
    config: {},
    rootfs: { type: "layers", diff_ids: [`sha256:${await digestOf(root)}`] },
  });
  const layers = [
    { mediaType: `${type}.layer.v1.tar`, digest: `sha256:${layerDigest}`, size: (await stat(layer)).size },
  ];
  const manifest = add({
    schemaVersion: 2,
    mediaType: `${type}.manifest.v1+json`,
    config: { mediaType: `${type}.config.v1+json`, ...config },
    layers,
  });
  documents.set(
    "index.json",
    Buffer.from(
      JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType: `${type}.manifest.v1+json`, ...manifest }] }),
    ),
  );
  const archive = join(folder, `archive-${packing}.tar`);
  async function* bytes(): AsyncGenerator<Buffer> {
    const { size } = await stat(layer);
    yield makeHeader(`blobs/sha256/${layerDigest}`, "0", size);
    yield* createReadStream(layer, { highWaterMark: 1 << 20 });
    yield padding(size);
    for (const [name, document] of documents) {
      yield Buffer.concat([makeHeader(name, "0", document.length), document, padding(document.length)]);
    }
    yield Buffer.alloc(1024);
  }
  await pipeline(bytes, createWriteStream(archive));
  return archive;
}

function padding(size: number): Buffer {
  return Buffer.alloc((512 - (size % 512)) % 512);
}

async function digestOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

function best(words: readonly string[], status = 0, discard = false): Run {
  const all = Array.from({ length: runs }, () => once(words, status, discard));
  return all.reduce((fastest, run) => (run.ms < fastest.ms ? run : fastest));
}

function once([command = "", ...args]: readonly string[], status: number, discard: boolean): Run {
  const start = performance.now();
  const result = spawnSync(command, args, {
    stdio: ["ignore", discard ? "ignore" : "pipe", "inherit"],
    encoding: "utf8",
  });
  if (result.status !== status && result.status !== 0) throw new Error(`${command} ended with ${result.status}`);
  return { ms: performance.now() - start, out: result.stdout ?? "" };
}

function noteOf({ out }: Run): string {
  const { complete, errors, others, needles, peakBytes } = JSON.parse(out);
  return `${needles} needles, ${size(peakBytes)} peak, ${errors} errors, ${others} others${complete ? "" : ", INCOMPLETE"}`;
}

function output(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${command} ended with ${result.status}`);
  return result.stdout.trim();
}

function size(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}

function print(rows: readonly Row[]): void {
  for (const { name, ms, against, note } of rows) {
    process.stdout.write(
      `${name.padEnd(34)}${`${Math.round(ms)} ms`.padStart(9)}${(ms / against).toFixed(2).padStart(8)} ×   ${note}\n`,
    );
  }
}
