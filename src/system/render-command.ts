import { spawn } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { SealError } from "../error.ts";
import type { Environment } from "../identity/host.ts";
import { errorCode } from "./error-code.ts";
import { makeDiskDirectory } from "./tmpfs.ts";

const timeLimitMs = 120_000;
const outputLimitBytes = 64 * 1024 * 1024;
const stderrKept = 2000;
const graceMs = 3_000;
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Gives what the user's own command makes of a template. @throws SealError DOCKERFILE where it fails */
export type RenderTemplate = (template: Uint8Array) => Promise<Uint8Array>;

/**
 * Runs a user's command without a shell. Each `{}` in its words is the path of a file of the template's own name in a
 * private folder, alone there; without one the template comes on stdin. What it prints is the Dockerfile.
 */
export function createRenderTemplate(words: readonly string[], name: string, environment: Environment): RenderTemplate {
  return async (template) => {
    if (!words.some((word) => word.includes("{}")))
      return untilSignal((onSignal) => run(words, template, environment, onSignal));
    const { path: folder, refusals } = await makeDiskDirectory();
    if (folder === undefined) {
      throw new SealError("STORE", `There is no place for the template: ${refusals.join("; ")}`, "Set TMPDIR to one");
    }
    return untilSignal(async (onSignal) => {
      try {
        const file = join(folder, basename(name));
        await writeFile(file, template, { mode: 0o600, flag: "wx" });
        const own = words.map((word) => word.replaceAll("{}", file));
        return await run(own, undefined, environment, onSignal);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  };
}

type OnSignal = (end: (signal: NodeJS.Signals) => void) => void;

/** The command is a process group of its own: a signal of ours ends it first, then us, as it would have. */
async function untilSignal<Result>(work: (onSignal: OnSignal) => Promise<Result>): Promise<Result> {
  let came: NodeJS.Signals | undefined;
  let end: (signal: NodeJS.Signals) => void = () => {};
  const listen = (signal: NodeJS.Signals): void => {
    came ??= signal;
    end(signal);
  };
  for (const signal of signals) process.on(signal, listen);
  try {
    return await work((ends) => {
      end = ends;
      if (came !== undefined) end(came);
    });
  } finally {
    for (const signal of signals) process.off(signal, listen);
    if (came !== undefined) process.kill(process.pid, came);
  }
}

function run(
  [program = "", ...words]: readonly string[],
  input: Uint8Array | undefined,
  environment: Environment,
  onSignal: OnSignal,
): Promise<Uint8Array> {
  return new Promise((done, fail) => {
    const child = spawn(program, words, {
      env: environment,
      detached: true,
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const output: Buffer[] = [];
    let length = 0;
    let complaint = "";
    let why: string | undefined;
    const end = (reason: string, signal: NodeJS.Signals = "SIGKILL"): void => {
      why ??= reason;
      if (child.pid !== undefined) killGroup(child.pid, signal);
    };
    const limit = setTimeout(() => end(`took longer than ${timeLimitMs / 1000} s`), timeLimitMs);
    let grace: NodeJS.Timeout | undefined;
    onSignal((signal) => {
      end(`was ended by ${signal}`, signal);
      grace ??= setTimeout(() => end("did not end"), graceMs);
    });
    child.stdout?.on("data", (chunk: Buffer) => {
      length += chunk.byteLength;
      if (length > outputLimitBytes) end("printed more than 64 MB");
      else output.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      complaint = `${complaint}${chunk.toString()}`.slice(-stderrKept);
    });
    // one that reads no stdin ends it early
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.once("error", (error) => {
      clearTimeout(limit);
      clearTimeout(grace);
      fail(failed(program, `could not be started (${errorCode(error)})`, ""));
    });
    child.once("close", (status, signal) => {
      clearTimeout(limit);
      clearTimeout(grace);
      why ??= signal === null ? undefined : `was ended by ${signal}`;
      if (why === undefined && status !== 0) why = `ended with status ${status}`;
      if (why === undefined) done(Buffer.concat(output));
      else fail(failed(program, why, complaint));
    });
  });
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // they are gone
  }
}

function failed(program: string, what: string, complaint: string): SealError {
  const said = complaint.trim();
  return new SealError(
    "DOCKERFILE",
    `the --render command ${program} ${what}${said === "" ? "" : `: ${said}`}`,
    "Correct the command; it runs without a shell, in the folder where buildseal was started",
  );
}
