/** One command on one file, the whole process, against `node -e 0`: runs take turns, and the fastest of each counts. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { withNode } from "./program.ts";

const ROUNDS = 15;

/** `main` is built by `npm run build`; what it compiles is kept, as it is for a user from the second run on. */
export function printCold(text: string, commands: readonly (readonly string[])[]): void {
  const main = process.env["BUILDSEAL_DIST"] ?? join(import.meta.dirname, "../dist");
  readFileSync(join(main, "main.js"));
  const folder = mkdtempSync(join(tmpdir(), "cold-bench-"));
  try {
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, "Dockerfile"), text);
    const runs = [[process.execPath, "-e", "0"], ...commands.map((words) => [join(main, "main.js"), ...words])];
    const first = runs.map((words) => timeOf(words, folder));
    const best = runs.map(() => Number.POSITIVE_INFINITY);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [at, words] of runs.entries()) best[at] = Math.min(best[at]!, timeOf(words, folder));
    }
    console.log("\n| one file, the whole process | ms | × `node -e 0` | the very first run |\n|---|---:|---:|---:|");
    for (const [at, ms] of best.entries()) {
      const name = at === 0 ? "node -e 0" : `buildseal ${commands[at - 1]!.join(" ")}`;
      console.log(`| \`${name}\` | ${ms.toFixed(0)} | ${(ms / best[0]!).toFixed(2)} | ${first[at]!.toFixed(0)} |`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function timeOf([program = "", ...words]: readonly string[], folder: string): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(program, words, {
    cwd: folder,
    encoding: "utf8",
    env: { ...withNode(), XDG_CACHE_HOME: join(folder, "cache") },
  });
  const ms = performance.now() - start;
  if (status !== 0 && status !== 1) throw new Error(stderr);
  return ms;
}
