import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { pipeline } from "node:stream/promises";

/** In a command or a variable it stands for a word that no other run has. */
export const unique = "%UNIQUE%";

export type Run = {
  readonly command: readonly string[];
  /** Where it runs; here when left out. */
  readonly folder?: string;
  readonly environment?: Record<string, string | undefined>;
  /** The command's stdout is read and thrown away, as by `>/dev/null` with a reader at the pipe's end. */
  readonly reads?: boolean;
  /** Exit statuses that are no failure; 0 when left out. */
  readonly statuses?: readonly number[];
  /** What it gets on stdin. */
  readonly input?: () => AsyncIterable<Uint8Array>;
};

export type Measured = {
  readonly seconds: number;
  /** The most memory that the program itself held (VmHWM), not its children. */
  readonly megabytes: number;
};

/** @throws Error with the end of what it said, where the command fails */
export async function once({
  command,
  environment,
  reads = false,
  statuses = [0],
  input,
  folder,
}: Run): Promise<Measured> {
  const word = randomBytes(6).toString("hex");
  const [program = "", ...args] = command.map((part) => part.replace(unique, word));
  const started = performance.now();
  const child = spawn(program, args, {
    cwd: folder,
    env: { ...process.env, ...withWord(environment, word) },
    stdio: [input === undefined ? "ignore" : "pipe", reads ? "pipe" : "ignore", "pipe"],
  });
  const fed = input === undefined ? undefined : pipeline(input, child.stdin!);
  child.stdout?.resume();
  let said = "";
  child.stderr!.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  });
  let megabytes = 0;
  const looking = setInterval(() => {
    megabytes = Math.max(megabytes, peakMegabytes(child.pid));
  }, 20);
  const status = await new Promise<number | null>((done) => child.once("close", done));
  clearInterval(looking);
  await fed;
  const seconds = (performance.now() - started) / 1000;
  if (status === null || !statuses.includes(status))
    throw new Error(`${command.join(" ")} ended with ${status}: ${said}`);
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
  return (await allInTurn(count, runs)).map(({ seconds }) => seconds);
}

/** The same, and the most memory that each ever held. */
export async function allInTurn(count: number, runs: readonly Run[]): Promise<Measured[]> {
  const all = runs.map((): Measured[] => []);
  for (let round = -1; round < count; round++) {
    for (const [at, run] of runs.entries()) {
      const result = await once(run);
      if (round >= 0) all[at]!.push(result);
    }
  }
  return all.map((some) => ({
    seconds: some.map(({ seconds }) => seconds).toSorted((a, b) => a - b)[Math.floor(some.length / 2)]!,
    megabytes: Math.max(...some.map(({ megabytes }) => megabytes)),
  }));
}
