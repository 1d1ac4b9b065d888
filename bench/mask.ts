/** How fast a build's output is masked, alone and on its whole way to the reader: `node bench/mask.ts [MB]`. */
import { randomBytes } from "node:crypto";
import { createProgress } from "../src/buildx/progress/progress.ts";
import { createEscapeStripper } from "../src/buildx/terminal/strip-escapes.ts";
import { createView } from "../src/buildx/view/create-view.ts";
import type { ViewKind } from "../src/buildx/view/view.ts";
import { createMask } from "../src/secret/mask.ts";
import { needlesOf } from "../src/secret/needle.ts";
import { Secret } from "../src/secret/secret.ts";

const megabytes = Number(process.argv[2] ?? 512);
const chunkBytes = 32 * 1024;
const secrets = Array.from({ length: 10 }, (_, i) => new Secret(`token-${i}`, randomBytes(768).toString("base64url")));

type Row = { what: string; mbPerSecond: number; rssMb: number };
const rows: Row[] = [];

/** Output of a compile, as RUN gives it: in chunks of 32 KB, cut anywhere. */
function log(): Uint8Array[] {
  const lines = Array.from({ length: 80_000 }, (_, i) => {
    const digest = ((i * 2654435761) >>> 0).toString(16).padStart(8, "0").repeat(8);
    return `[${String(i % 100).padStart(3)}%] Building CXX object src/CMakeFiles/core.dir/unit_${i % 977}.cpp.o -O2 sha256:${digest}\n`;
  });
  const text = Buffer.from(lines.join(""));
  return Array.from({ length: Math.floor(text.length / chunkBytes) }, (_, i) =>
    text.subarray(i * chunkBytes, (i + 1) * chunkBytes),
  );
}

function measure(
  what: string,
  chunks: readonly Uint8Array[],
  work: (chunk: Uint8Array) => void,
  bytesEach = chunkBytes,
) {
  for (const chunk of chunks) {
    work(chunk);
  }
  const rounds = Math.max(1, Math.round((megabytes * 1e6) / (chunks.length * bytesEach)));
  const start = performance.now();
  for (let round = 0; round < rounds; round++) {
    for (const chunk of chunks) {
      work(chunk);
    }
  }
  const ms = performance.now() - start;
  const mbPerSecond = (rounds * chunks.length * bytesEach) / 1000 / ms;
  rows.push({ what, mbPerSecond, rssMb: process.memoryUsage.rss() / 1e6 });
}

const chunks = log();
const target = new Uint8Array(chunkBytes);
measure("copy alone (memcpy)", chunks, (chunk) => target.set(chunk));
measure("one Buffer.indexOf for one value", chunks, (chunk) => {
  Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).indexOf(secrets[0]!.expose());
});
measure("escapes stripped", chunks, createEscapeStripper().push);

const mask = createMask();
const addStart = performance.now();
for (const secret of secrets) {
  mask.add(secret);
}
const addMs = performance.now() - addStart;
const forms = secrets.flatMap((secret) => needlesOf(secret, "mask"));
const whole = mask.stream();
measure("mask, chunks of 32 KB", chunks, (chunk) => void whole.push(chunk));
const byLine = mask.stream();
measure(
  "mask, line by line",
  chunks.slice(0, 4).flatMap((chunk) =>
    Buffer.from(chunk)
      .toString()
      .split("\n")
      .map((line) => Buffer.from(`${line}\n`)),
  ),
  (chunk) => void byLine.push(chunk),
  120,
);

for (const kind of ["plain", "quiet", "rawjson"] satisfies ViewKind[]) {
  let written = 0;
  const view = await createView(kind, {
    write: (text) => {
      written += text.length;
    },
    nowMs: () => performance.now(),
    every: () => () => {},
    size: () => ({ columns: 80, rows: 24 }),
    colours: false,
  });
  const progress = createProgress({ mask, view });
  const started = new Date().toISOString();
  const vertex = "sha256:0";
  progress.push(Buffer.from(`${JSON.stringify({ vertexes: [{ digest: vertex, name: "RUN make", started }] })}\n`));
  const values = chunks.map((chunk) => {
    const data = Buffer.from(chunk).toString("base64");
    return Buffer.from(`${JSON.stringify({ logs: [{ vertex, stream: 1, data, timestamp: started }] })}\n`);
  });
  measure(`from rawjson to the view "${kind}"`, values, progress.push);
  progress.end();
}

const copy = rows[0]!.mbPerSecond;
const find = rows[1]!.mbPerSecond;
console.log(
  `10 secrets of 1 KB in ${forms.length} forms, added in ${addMs.toFixed(0)} ms; ${megabytes} MB of log each\n`,
);
console.log(
  `${"".padEnd(36)}${"MB/s".padStart(8)}${"of copy".padStart(10)}${"of indexOf".padStart(12)}${"RSS MB".padStart(8)}`,
);
for (const { what, mbPerSecond, rssMb } of rows) {
  console.log(
    what.padEnd(36) +
      mbPerSecond.toFixed(0).padStart(8) +
      (mbPerSecond / copy).toFixed(3).padStart(10) +
      (mbPerSecond / find).toFixed(3).padStart(12) +
      rssMb.toFixed(0).padStart(8),
  );
}
