// What buildseal costs beside Docker itself: runs side by side on a real engine, in turn, and their ratios.
//
//   npm run build && node_modules/.bin/node bench/build.ts [start|cached|long|gate|log]…
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEngine } from "../test/e2e/service/engine.ts";
import { type Bench, createBench } from "./build/bench.ts";
import { measureCached } from "./build/cached.ts";
import { measureGate } from "./build/gate.ts";
import { measureLog } from "./build/log.ts";
import { measureLong } from "./build/long.ts";
import { measureStart } from "./build/start.ts";
import { printTable, type Row } from "./table.ts";

const measurements: Readonly<Record<string, (bench: Bench) => Promise<Row[]>>> = {
  start: measureStart,
  cached: measureCached,
  long: measureLong,
  gate: measureGate,
  log: measureLog,
};

async function main(folder: string, wanted: readonly string[]): Promise<void> {
  const unknown = wanted.find((name) => measurements[name] === undefined);
  if (unknown !== undefined) throw new Error(`${unknown} is none of ${Object.keys(measurements).join(", ")}`);
  await using engine = await startEngine("new", { buildx: "newest" });
  await engine.loadImage("busybox");
  const bench = createBench(engine, folder);
  const rows: Row[] = [];
  for (const [name, measure] of Object.entries(measurements)) {
    if (wanted.length === 0 || wanted.includes(name)) rows.push(...(await measure(bench)));
  }
  process.stdout.write(printTable(rows));
}

const folder = mkdtempSync(join(tmpdir(), "buildseal-bench-"));
try {
  await main(folder, process.argv.slice(2));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
