/**
 * What a scan holds in memory, whatever the image's size: `npm run build && node bench/scan-large.ts`. Two images that are
 * made while they are read, on stdin: a file of 10 GB, as a sparse file is when it is copied, and two million small files.
 */
import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeHeader, withChecksum } from "../test/unit/layer/made-tar.ts";
import { once } from "./in-turn.ts";
import { program, withNode } from "./program.ts";
import { bounded, inMegabytes, inSeconds, printTable, type Row } from "./table.ts";

const block = 512;
const megabyte = Buffer.alloc(1 << 20);
const largeMegabytes = 10_000;
const smallCount = 2_000_000;
const value = randomBytes(24).toString("base64");
const folder = await mkdtemp(join(tmpdir(), "buildseal-bench-"));
try {
  const needles = join(folder, "needles.json");
  await writeFile(needles, JSON.stringify({ value }), { mode: 0o600 });
  for (const [title, size, layer] of [
    ["one file of 10 GB, the value at its end", largeBytes(), largeFile],
    ["2,000,000 files, the value in the last", smallBytes(), smallFiles],
  ] as const) {
    process.stdout.write(`\n## ${title}\n${printTable(await measured(needles, size, layer))}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function measured(needles: string, size: number, layer: () => Generator<Buffer>): Promise<Row[]> {
  const hash = createHash("sha256");
  for (const piece of layer()) hash.update(piece);
  const diffId = `sha256:${hash.digest("hex")}`;
  const { seconds, megabytes } = await once({
    command: [program, "scan-image", "-", "--needles", needles],
    environment: withNode(),
    input: async function* () {
      yield* archive(size, layer, diffId);
    },
    statuses: [1],
  });
  return [
    { what: "found, read to the end", measured: inSeconds(seconds) },
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

function smallBytes(): number {
  return smallCount * 2 * block + 2 * block;
}

function* smallFiles(): Generator<Buffer> {
  let pieces: Buffer[] = [];
  for (let at = 0; at < smallCount; at++) {
    const text = at === smallCount - 1 ? value : `${at}`;
    const content = Buffer.alloc(300, `${text}\n`);
    const folder = `srv/${at % 1000}/${Math.floor(at / 1000)}`;
    pieces.push(
      makeHeader(`${folder}/file-${at}.txt`, "0", content.length),
      content,
      Buffer.alloc(block - content.length),
    );
    if (pieces.length >= 3000) {
      yield Buffer.concat(pieces);
      pieces = [];
    }
  }
  yield Buffer.concat([...pieces, Buffer.alloc(2 * block)]);
}
