/**
 * How fast a build's output is masked, alone and on its whole way to the reader, and in how much memory:
 * `npx node bench/mask.ts [MB]` (512). With a view's name as second argument it is the process whose memory is measured.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { BuildOptions } from "esbuild";
import { createProgress, type Progress } from "../src/buildx/progress/progress.ts";
import { createEscapeStripper } from "../src/buildx/terminal/strip-escapes.ts";
import { createView } from "../src/buildx/view/create-view.ts";
import type { ViewKind } from "../src/buildx/view/view.ts";
import { createMask, type Mask } from "../src/secret/mask.ts";
import { needlesOf } from "../src/secret/needle.ts";
import { Secret } from "../src/secret/secret.ts";

const megabytes = Number(process.argv[2] ?? 512);
const chunkBytes = 32 * 1024;
const secrets = Array.from({ length: 10 }, (_, i) => new Secret(`token-${i}`, randomBytes(768).toString("base64url")));
const started = new Date().toISOString();
const kinds: readonly ViewKind[] = ["plain", "quiet", "rawjson"];

type Row = { readonly what: string; readonly mbPerSecond: number };

if (process.argv[3] === undefined) {
  await compare();
} else {
  await measureMemory(process.argv[3] as ViewKind, process.argv[4] === "line");
}

async function compare(): Promise<void> {
  const chunks = makeLog(80_000);
  const target = new Uint8Array(chunkBytes);
  const rows: Row[] = [
    measure("copying it (memcpy)", chunks, (chunk) => target.set(chunk)),
    measure("one value, Buffer.indexOf", chunks, (chunk) => void Buffer.from(chunk).indexOf(secrets[0]!.expose())),
    measure("escapes stripped", chunks, createEscapeStripper().push),
  ];
  const { mask, addMs } = makeMask();
  rows.push(measure("masked, chunks of 32 KB", chunks, mask.stream().push));
  rows.push(measure("masked, line by line", chunks.slice(0, 8).flatMap(linesOf), mask.stream().push));
  for (const kind of kinds) {
    const progress = await makeProgress(kind, mask);
    rows.push(measure(`rawjson to the view "${kind}"`, chunks.map(inJson), progress.push, chunkBytes));
    progress.end();
  }

  const forms = secrets.flatMap((secret) => needlesOf(secret, "mask")).length;
  console.log(`10 secrets of 1 KB in ${forms} forms, added in ${addMs.toFixed(0)} ms; ${megabytes} MB of log each\n`);
  console.log("".padEnd(30) + ["MB/s", "of copying", "of indexOf"].map((head) => head.padStart(12)).join(""));
  for (const { what, mbPerSecond } of rows) {
    const ratios = [rows[0]!, rows[1]!].map((row) => (mbPerSecond / row.mbPerSecond).toFixed(3));
    console.log(what.padEnd(30) + [mbPerSecond.toFixed(0), ...ratios].map((cell) => cell.padStart(12)).join(""));
  }

  const folder = await mkdtemp(join(tmpdir(), "buildseal-bench-"));
  try {
    await compareMemory(join(folder, "mask.mjs"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function compareMemory(program: string): Promise<void> {
  const { build } = await import("esbuild");
  // As it ships: reading TypeScript takes memory of its own.
  const options: BuildOptions = { bundle: true, platform: "node", format: "esm", external: ["esbuild", "log-update"] };
  await build({ ...options, entryPoints: [import.meta.filename], outfile: program });
  console.log(`\nmemory of the process at most, ${2 * megabytes} MB of log, or a quarter of it line by line`);
  for (const kind of kinds) {
    for (const form of ["chunk", "line"]) {
      const size = form === "line" ? megabytes / 2 : 2 * megabytes;
      const { stdout } = spawnSync(process.execPath, [program, `${size}`, kind, form]);
      console.log(`${`  "${kind}", by ${form}`.padEnd(30)}${stdout.toString().trim().padStart(9)} MB`);
    }
  }
}

/** Output of a compile, as RUN gives it: in chunks of 32 KB, cut anywhere. */
function makeLog(lineCount: number): Uint8Array[] {
  const lines = Array.from({ length: lineCount }, (_, i) => {
    const digest = ((i * 2654435761) >>> 0).toString(16).padStart(8, "0").repeat(8);
    return `[${`${i % 100}`.padStart(3)}%] Building CXX object src/core.dir/unit_${i % 977}.cpp.o -O2 sha256:${digest}\n`;
  });
  const text = Buffer.from(lines.join(""));
  const count = Math.floor(text.length / chunkBytes);
  return Array.from({ length: count }, (_, i) => text.subarray(i * chunkBytes, (i + 1) * chunkBytes));
}

function linesOf(chunk: Uint8Array): Uint8Array[] {
  return Buffer.from(chunk)
    .toString()
    .split("\n")
    .map((line) => Buffer.from(`${line}\n`));
}

function inJson(chunk: Uint8Array): Uint8Array {
  const data = Buffer.from(chunk).toString("base64");
  return Buffer.from(`${JSON.stringify({ logs: [{ vertex: "v", stream: 1, data, timestamp: started }] })}\n`);
}

function makeMask(): { mask: Mask; addMs: number } {
  const mask = createMask();
  const start = performance.now();
  for (const secret of secrets) {
    mask.add(secret);
  }
  return { mask, addMs: performance.now() - start };
}

async function makeProgress(kind: ViewKind, mask: Mask): Promise<Progress> {
  const view = await createView(kind, {
    write: () => {},
    nowMs: () => performance.now(),
    every: () => () => {},
    size: () => ({ columns: 80, rows: 24 }),
    colours: false,
  });
  const progress = createProgress({ mask, view });
  progress.push(Buffer.from(`${JSON.stringify({ vertexes: [{ digest: "v", name: "RUN make", started }] })}\n`));
  return progress;
}

/** `bytes` of log stand for each chunk, where that is not what the chunk holds. */
function measure(what: string, chunks: readonly Uint8Array[], work: (chunk: Uint8Array) => void, bytes?: number): Row {
  const size = chunks.reduce((sum, chunk) => sum + (bytes ?? chunk.length), 0);
  chunks.forEach(work);
  const rounds = Math.max(1, Math.round((megabytes * 1e6) / size));
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    chunks.forEach(work);
  }
  return { what, mbPerSecond: (rounds * size) / 1000 / (performance.now() - start) };
}

async function measureMemory(kind: ViewKind, byLine: boolean): Promise<void> {
  // As the command itself does: what is young dies young here.
  setFlagsFromString("--semi-space-growth-factor=1");
  const progress = await makeProgress(kind, makeMask().mask);
  const [chunk] = makeLog(400);
  const values = (byLine ? linesOf(chunk!) : [chunk!]).map(inJson);
  let most = 0;
  for (let bytes = 0; bytes < megabytes * 1e6; bytes += chunkBytes) {
    values.forEach(progress.push);
    most = Math.max(most, process.memoryUsage.rss());
    // A pipe gives no more at once either.
    await new Promise(setImmediate);
  }
  progress.end();
  console.log((most / 1e6).toFixed(0));
}
