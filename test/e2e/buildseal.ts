import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createScratch } from "./scratch.ts";
import { valuesIn } from "./value.ts";

const node = fileURLToPath(new URL("../../node_modules/.bin/node", import.meta.url));
const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

export interface RunOptions {
  /** An engine's `env`: of it only what Docker and Node need is handed on. */
  readonly env: NodeJS.ProcessEnv;
  /** On top of that. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  /** On a terminal of 100 columns, which shows stdout and stderr as one. */
  readonly terminal?: boolean;
  /** Writes a report too, and reads it. */
  readonly report?: boolean;
  /** What of stdout and stderr is looked through for values; all of it unless given. */
  readonly searched?: (text: string) => string;
}

export interface Outcome {
  /** 128 + n where signal n ended it, as a shell says it. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly stdoutBytes: Buffer;
  /** Both, one after the other. */
  readonly output: string;
  // biome-ignore lint/suspicious/noExplicitAny: a document that the test knows better
  readonly report: any;
}

export interface Running {
  readonly pid: number;
  /** What it printed so far, both streams. */
  output(): string;
  /** Waits for a text of stdout or stderr, for a minute at most. */
  prints(text: string | RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Types keys, on a terminal. */
  type(keys: string): void;
  /** Reads its stdout no longer, as `| head -1` does. */
  closeOutput(): void;
  readonly ended: Promise<Outcome>;
}

/** The user's own folders for all runs of this test file: records of scanned layers lie in one, their key in the other. */
export const createUserFolders = () => ({
  XDG_CACHE_HOME: createScratch("cache"),
  XDG_STATE_HOME: createScratch("state"),
});
const userFolders = createUserFolders();

const signals: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };
const handedOn = ["PATH", "HOME", "LANG", "TMPDIR", "DOCKER_HOST", "DOCKER_CONFIG"];

/** The environment of a job that has an engine and nothing else: no identity of this machine gets into a test. */
export function jobEnvironment({ env, variables }: Pick<RunOptions, "env" | "variables">): Record<string, string> {
  const kept = handedOn.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return { ...Object.fromEntries(kept), ...userFolders, ...variables };
}

/** Starts buildseal as a user does. When it ends, its output is searched for every value that was given out. */
export function startBuildseal(args: readonly string[], options: RunOptions): Running {
  if (!existsSync(main)) throw new Error("dist/main.js is not there: run `npm run build` first");
  const reportFile = options.report ? join(createScratch("report"), "report.json") : undefined;
  const argv = [node, main, ...args, ...(reportFile === undefined ? [] : [`--seal-report=${reportFile}`])];
  const [program, ...words] = options.terminal ? onTerminal(argv) : argv;
  const child = spawn(program!, words, {
    cwd: options.cwd,
    env: { ...jobEnvironment(options), ...(options.terminal && { TERM: "xterm-256color", SHELL: "/bin/sh" }) },
    stdio: [options.input === undefined && !options.terminal ? "ignore" : "pipe", "pipe", "pipe"],
  });
  child.stdin?.on("error", () => undefined);
  if (!options.terminal) child.stdin?.end(options.input);
  const [stdout, stderr] = [collect(child.stdout!), collect(child.stderr!)];
  const endWithUs = (): void => void child.kill("SIGTERM");
  process.once("exit", endWithUs);
  const output = (): string => `${stdout().toString()}${stderr().toString()}`;
  const ended = endOf(child).then((status): Outcome => {
    process.off("exit", endWithUs);
    const wrote = reportFile !== undefined && existsSync(reportFile) ? readFileSync(reportFile, "utf8") : undefined;
    const searched = options.searched ?? ((text: string) => text);
    for (const [where, text] of Object.entries({ stdout: stdout().toString(), stderr: stderr().toString() })) {
      refuseValues(searched(text), where, args);
    }
    refuseValues(wrote ?? "", "the report", args);
    return {
      status,
      stdout: stdout().toString(),
      stderr: stderr().toString(),
      stdoutBytes: stdout(),
      output: output(),
      report: wrote === undefined ? undefined : JSON.parse(wrote),
    };
  });
  // Somebody may look only later.
  ended.catch(() => undefined);
  return {
    pid: child.pid!,
    output,
    prints: (text) => untilPrinted(text, output, child),
    kill: (signal) => void child.kill(signal),
    type: (keys) => void child.stdin?.write(keys),
    closeOutput: () => void child.stdout?.destroy(),
    ended,
  };
}

export const runBuildseal = (args: readonly string[], options: RunOptions): Promise<Outcome> =>
  startBuildseal(args, options).ended;

/** By util-linux's `script`, which makes a terminal for what it runs and keeps its status. */
function onTerminal(argv: readonly string[]): string[] {
  const quoted = argv.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
  return ["script", "-qfec", `stty cols 100 rows 40; ${quoted}`, join(createScratch("typescript"), "typescript")];
}

function collect(stream: NodeJS.ReadableStream): () => Buffer {
  let whole = Buffer.alloc(0);
  let parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  return () => {
    if (parts.length > 0) whole = Buffer.concat([whole, ...parts]);
    parts = [];
    return whole;
  };
}

const endOf = (child: ChildProcess): Promise<number> =>
  new Promise((done, fail) => {
    child.once("error", fail);
    child.once("close", (status, signal) => done(status ?? 128 + (signals[signal ?? ""] ?? 0)));
  });

function refuseValues(text: string, where: string, args: readonly string[]): void {
  const found = valuesIn(text);
  if (found.length > 0) throw new Error(`${where} of buildseal ${args[0]} holds a secret's value: ${found.join(", ")}`);
}

async function untilPrinted(text: string | RegExp, output: () => string, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const said = output();
    if (typeof text === "string" ? said.includes(text) : text.test(said)) return;
    if (child.exitCode !== null || child.signalCode !== null || Date.now() > deadline) {
      throw new Error(`buildseal did not print ${text}; it said:\n${said.slice(-2000)}`);
    }
    await sleep(20);
  }
}
