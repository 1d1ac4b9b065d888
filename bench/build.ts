// What buildseal costs beside Docker itself: runs side by side on a real engine, in turn, and their ratios.
//
//   npm run build && node_modules/.bin/node bench/build.ts [start|cached|long|gate|log]…
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startRemoteBuilder } from "../test/e2e/service/builder.ts";
import { startBuildkitd } from "../test/e2e/service/buildkitd.ts";
import { startEngine } from "../test/e2e/service/engine.ts";
import { startRegistry } from "../test/e2e/service/registry.ts";

type Run = { readonly command: readonly string[]; readonly environment?: Record<string, string | undefined> };
type Row = { readonly what: string; readonly measured: string; readonly bound: string; readonly holds: boolean };

const root = join(import.meta.dirname, "..");
const buildseal = [process.execPath, join(root, "dist/main.js"), "build"];
const folder = mkdtempSync(join(tmpdir(), "buildseal-bench-"));
const token = randomBytes(30).toString("base64");

/** Seconds of one run, and the most memory that it held in MB. */
async function once({ command, environment }: Run): Promise<{ seconds: number; megabytes: number }> {
  const [program = "", ...args] = ["/usr/bin/env", "time", "-f", "%e %M", ...command];
  const child = spawn(program, args, { env: { ...process.env, ...environment }, stdio: ["ignore", "ignore", "pipe"] });
  let tail = "";
  child.stderr.on("data", (chunk: Buffer) => {
    tail = (tail + chunk.toString()).slice(-4000);
  });
  const started = performance.now();
  const status = await new Promise<number | null>((done) => child.once("close", done));
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}: ${tail}`);
  const megabytes = Number(tail.trim().split("\n").at(-1)?.split(" ")[1] ?? 0) / 1024;
  return { seconds, megabytes };
}

/** Medians of runs in turn, A B A B …, after one of each that is not counted. */
async function inTurn(count: number, ...runs: readonly Run[]): Promise<number[]> {
  const seconds = runs.map((): number[] => []);
  for (let round = -1; round < count; round++) {
    for (const [at, run] of runs.entries()) {
      const result = await once(run);
      if (round >= 0) seconds[at]!.push(result.seconds);
    }
  }
  return seconds.map((all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!);
}

function project(name: string, dockerfile: string, grants = ""): string {
  const path = mkdtempSync(join(folder, `${name}-`));
  writeFileSync(join(path, "Dockerfile"), dockerfile);
  if (grants !== "") {
    writeFileSync(
      join(path, "buildseal.yaml"),
      `version: 1\nsecrets: { tok: { from: env, name: BENCH_TOKEN } }\n${grants}`,
    );
  }
  return path;
}

const grant = 'grants: [{ secret: tok, steps: { run: "." }, as: { target: /run/secrets/tok } }]\n';

async function main(): Promise<void> {
  const wanted = new Set(process.argv.slice(2));
  const wants = (name: string) => wanted.size === 0 || wanted.has(name);
  await using engine = await startEngine("any");
  await engine.loadImage("busybox");
  const environment = { ...engine.env, BENCH_TOKEN: token };
  const docker = (...command: string[]): Run => ({ command: ["docker", ...command], environment });
  const seal = (...args: string[]): Run => ({ command: [...buildseal, ...args], environment });
  const rows: Row[] = [];
  const row = (what: string, value: number, limit: number, print: (value: number) => string) =>
    rows.push({ what, measured: print(value), bound: `≤ ${print(limit)}`, holds: value <= limit });
  const ratio = (value: number) => `${value.toFixed(2)} ×`;
  const ms = (value: number) => `${value < 0 ? "−" : "+"}${Math.abs(Math.round(value * 1000))} ms`;

  if (wants("start")) {
    const [ours, node] = await inTurn(
      15,
      { command: [process.execPath, join(root, "dist/main.js"), "--version"] },
      { command: [process.execPath, "-e", "0"] },
    );
    row("`buildseal --version` against `node -e 0`", ours! / node!, 2, ratio);
  }
  if (wants("cached")) {
    const plain = project("plain", "FROM buildseal/busybox\nRUN echo hi >/hi\n");
    const [ours, theirs] = await inTurn(
      11,
      seal("-q", "--network=none", "--seal-scan=off", plain),
      docker("buildx", "build", "-q", "--network=none", plain),
    );
    row("a cached build, scan off, no grants, against buildx", ours! - theirs!, 0.15, ms);
    const granted = project("granted", "FROM buildseal/busybox\nRUN wc -c /run/secrets/tok\n", grant);
    const byHand = project(
      "hand",
      "FROM buildseal/busybox\nRUN --mount=type=secret,id=tok,target=/run/secrets/tok,required=true wc -c /run/secrets/tok\n",
    );
    const [withGrants, hand] = await inTurn(
      11,
      seal("-q", "--network=none", "--seal-scan=off", granted),
      docker("buildx", "build", "-q", "--network=none", "--secret=id=tok,env=BENCH_TOKEN", byHand),
    );
    row("the same with grants", withGrants! - hand!, 0.2, ms);
  }
  if (wants("long")) {
    const granted = project("long", "FROM buildseal/busybox\nRUN sleep 30; wc -c /run/secrets/tok\n", grant);
    const byHand = project(
      "long-hand",
      "FROM buildseal/busybox\nRUN --mount=type=secret,id=tok,required=true sleep 30; wc -c /run/secrets/tok\n",
    );
    const [ours, theirs] = await inTurn(
      3,
      seal("-q", "--no-cache", "--network=none", granted),
      docker("buildx", "build", "-q", "--no-cache", "--network=none", "--secret=id=tok,env=BENCH_TOKEN", byHand),
    );
    row("a build of 30 s, gate on, against buildx with mounts by hand", ours! / theirs!, 1.03, ratio);
  }
  if (wants("gate")) {
    await engine.loadImage("toolchain");
    const big = project("big", "FROM buildseal/toolchain\nRUN wc -c /run/secrets/tok\n", grant);
    const [gate, off, save] = await inTurn(
      5,
      seal("-q", "--network=none", "-t", "buildseal-bench", big),
      seal("-q", "--network=none", "--seal-scan=off", "-t", "buildseal-bench", big),
      { command: ["sh", "-c", "docker image save buildseal-bench >/dev/null"], environment },
    );
    row(
      "the gate on 520 MB (docker driver), less 0.5 s, against `docker save` to nowhere",
      (gate! - off! - 0.5) / save!,
      1.15,
      ratio,
    );
    await engine.docker("image", "rm", "buildseal-bench");
  }
  if (wants("log")) {
    await using registry = await startRegistry();
    await using buildkitd = await startBuildkitd({
      registries: [registry.address],
      env: { BUILDKIT_STEP_LOG_MAX_SIZE: "-1", BUILDKIT_STEP_LOG_MAX_SPEED: "-1" },
    });
    await using builder = await startRemoteBuilder(engine, buildkitd);
    const base = `${registry.address}/busybox`;
    await engine.docker("tag", "buildseal/busybox", base);
    await engine.docker("push", base);
    const loud = project(
      "loud",
      `FROM ${base}\nRUN yes 'a line of a compiler that has much to say, eighty characters long or so' | head -c 1000000000\n`,
      grant,
    );
    const { megabytes } = await once(
      seal("--builder", builder.name, "--no-cache", "--progress=plain", "--seal-scan=off", loud),
    );
    row("memory of a build with a 1 GB log", megabytes, 150, (value) => `${Math.round(value)} MB`);
  }
  const width = Math.max(...rows.map(({ what }) => what.length));
  for (const { what, measured, bound, holds } of rows) {
    process.stdout.write(
      `${what.padEnd(width)}  ${measured.padStart(9)}  ${bound.padStart(11)}  ${holds ? "" : "NOT HELD"}\n`,
    );
  }
}

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
