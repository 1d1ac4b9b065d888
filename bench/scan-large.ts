/**
 * What a scan holds in memory, whatever the image's size: `npm run build && node bench/scan-large.ts`. Images that are
 * made while they are read, on stdin: a file of 10 GB, as a sparse file is when it is copied, two million small files,
 * as many small packed ones as are opened, and as many that only begin as if they were packed.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { makeHeader, withChecksum } from "../test/unit/layer/made-tar.ts";
import { once } from "./in-turn.ts";
import { program, withNode } from "./program.ts";
import { bounded, inMegabytes, inSeconds, printTable, type Row } from "./table.ts";

const block = 512;
const megabyte = Buffer.alloc(1 << 20);
const largeMegabytes = 10_000;
const smallCount = 2_000_000;
const packedCount = 190_000;
const value = randomBytes(24).toString("base64");
const folder = await mkdtemp(join(tmpdir(), "buildseal-bench-"));
try {
  const needles = join(folder, "needles.json");
  await writeFile(needles, JSON.stringify({ value }), { mode: 0o600 });
  for (const [title, size, layer, status] of [
    ["one file of 10 GB, the value at its end", largeBytes(), largeFile, 1],
    ["2,000,000 files, the value in the last", filesBytes(smallCount), smallFiles, 1],
    ["190,000 files of gzip, the value in the last", filesBytes(packedCount), packedFiles, 1],
    // not complete: after some thousand no more are tried
    ["190,000 that begin like gzip or zlib, the value in the last", filesBytes(packedCount), brokenFiles, 2],
  ] as const) {
    process.stdout.write(`\n## ${title}\n${printTable(await measured(needles, size, layer, status))}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measured(needles: string, size: number, layer: () => Generator<Buffer>, status: number): Promise<Row[]> {
  const hash = createHash("sha256");
  for (const piece of layer()) hash.update(piece);
  const diffId = `sha256:${hash.digest("hex")}`;
  const { seconds, megabytes } = await once({
    command: [program, "scan-image", "-", "--needles", needles],
    environment: withNode(),
    input: async function* () {
      yield* archive(size, layer, diffId);
    },
    statuses: [status],
  });
  return [
    { what: "read to the end", measured: inSeconds(seconds) },
    { what: "rate", measured: `${Math.round(size / 1e6 / seconds)} MB/s` },
    bounded("memory", megabytes, 256, inMegabytes),
  ];
}

/** As `docker save` writes it. */
function* archive(size: number, layer: () => Generator<Buffer>, diffId: string): Generator<Buffer> {
  yield size < 2 ** 33 ? makeHeader("0/layer.tar", "0", size) : largeHeader("0/layer.tar", size);
  yield* layer();
  yield Buffer.alloc((block - (size % block)) % block);
  const config = { os: "linux", architecture: "amd64", config: {}, rootfs: { type: "layers", diff_ids: [diffId] } };
  yield* document("config.json", config);
  yield* document("manifest.json", [{ Config: "config.json", RepoTags: null, Layers: ["0/layer.tar"] }]);
  yield Buffer.alloc(2 * block);
}

function* document(name: string, content: unknown): Generator<Buffer> {
  yield* file(name, Buffer.from(JSON.stringify(content)));
}

function* file(name: string, content: Buffer): Generator<Buffer> {
  yield Buffer.concat([
    makeHeader(name, "0", content.length),
    content,
    Buffer.alloc((block - (content.length % block)) % block),
  ]);
}

/** A header can say 8 GiB in octal: this one says it in binary, as GNU tar does. */
function largeHeader(name: string, size: number): Buffer {
  const header = makeHeader(name, "0", 0);
  header.fill(0, 124, 136);
  header[124] = 0x80;
  header.writeBigUInt64BE(BigInt(size), 128);
  return withChecksum(header);
}

function largeBytes(): number {
  return block + largeMegabytes * megabyte.length + 3 * block;
}

function* largeFile(): Generator<Buffer> {
  yield largeHeader("sparse", largeMegabytes * megabyte.length + block);
  for (let at = 0; at < largeMegabytes; at++) yield megabyte;
  const end = Buffer.alloc(3 * block);
  end.write(value, 100);
  yield end;
}

/** Of files that are no larger than a block each. */
function filesBytes(count: number): number {
  return count * 2 * block + 2 * block;
}

function smallFiles(): Generator<Buffer> {
  return files(smallCount, (at) => Buffer.alloc(300, `${textOf(at, smallCount)}\n`));
}

function packedFiles(): Generator<Buffer> {
  return files(packedCount, (at) => gzipSync(textOf(at, packedCount)));
}

function brokenFiles(): Generator<Buffer> {
  const beginnings = [gzipSync(value), deflateSync(value)].map((packed) => packed.subarray(0, 16));
  return files(packedCount, (at) =>
    Buffer.from([...beginnings[at % 2]!, 0xff, ...Buffer.from(textOf(at, packedCount))]),
  );
}

function textOf(at: number, count: number): string {
  return at === count - 1 ? value : `${at}`;
}

function* files(count: number, contentOf: (at: number) => Buffer): Generator<Buffer> {
  let pieces: Buffer[] = [];
  for (let at = 0; at < count; at++) {
    const content = contentOf(at);
    const folder = `srv/${at % 1000}/${Math.floor(at / 1000)}`;
    const padding = Buffer.alloc(block - content.length);
    pieces.push(makeHeader(`${folder}/file-${at}.txt`, "0", content.length), content, padding);
    if (pieces.length >= 3000) {
      yield Buffer.concat(pieces);
      pieces = [];
    }
  }
  yield Buffer.concat([...pieces, Buffer.alloc(2 * block)]);
}
