import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

/** In a command or a variable it stands for a word that no other run has. */
export const unique = "%UNIQUE%";

export type Run = {
  readonly command: readonly string[];
  readonly environment?: Record<string, string | undefined>;
  /** The command's stdout is read and thrown away, as by `>/dev/null` with a reader at the pipe's end. */
  readonly reads?: boolean;
};

export type Measured = {
  readonly seconds: number;
  /** The most memory that the program itself held (VmHWM), not its children. */
  readonly megabytes: number;
};

/** @throws Error with the end of what it said, where the command fails */
export async function once({ command, environment, reads = false }: Run): Promise<Measured> {
  const word = randomBytes(6).toString("hex");
  const [program = "", ...args] = command.map((part) => part.replace(unique, word));
  const started = performance.now();
  const child = spawn(program, args, {
    env: { ...process.env, ...withWord(environment, word) },
    stdio: ["ignore", reads ? "pipe" : "ignore", "pipe"],
  });
  child.stdout?.resume();
  let said = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  let megabytes = 0;
  const looking = setInterval(() => {
    megabytes = Math.max(megabytes, peakMegabytes(child.pid));
  }, 100);
  const status = await new Promise<number | null>((done) => child.once("close", done));
  clearInterval(looking);
  const seconds = (performance.now() - started) / 1000;
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${status}: ${said}`);
  return { seconds, megabytes };
}

function withWord(environment: Run["environment"] = {}, word: string): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, value?.replace(unique, word)]));
}

function peakMegabytes(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** Median seconds of runs in turn, A B A B …, after one of each that is not counted. */
export async function inTurn(count: number, ...runs: readonly Run[]): Promise<number[]> {
  const seconds = runs.map((): number[] => []);
  for (let round = -1; round < count; round++) {
    for (const [at, run] of runs.entries()) {
      const result = await once(run);
      if (round >= 0) seconds[at]!.push(result.seconds);
    }
  }
  return seconds.map((all) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)]!);
}
