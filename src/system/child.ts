import { type ChildProcess, spawn } from "node:child_process";
import type { CommandOutcome, CommandRequest, Environment, RunCommand } from "../identity/host.ts";
import { errorCode } from "./error-code.ts";

/** Who ends our children if we are killed. */
export type ChildKeeper = { readonly keepChild: (pid: number) => void; readonly forgetChild: (pid: number) => void };

const stderrKeptBytes = 4096;
/** How long one that was told to end may take before it is killed. */
const gracefulMs = 2000;
/** A helper may leave a daemon behind that holds its stdout open: what came by then is the answer. */
const lingeringMs = 250;

/**
 * Runs helper commands: without a shell, input or terminal, each in a process group of its own so that what it starts
 * can be ended with it.
 */
export function createRunCommand(environment: Environment, keeper: ChildKeeper): RunCommand {
  return (request) =>
    new Promise((done) => {
      const [program = "", ...args] = request.command;
      if (request.signal?.aborted) return done({ kind: "stopped" });
      let child: ChildProcess;
      try {
        child = spawn(program, args, { env: environment, detached: true, stdio: ["ignore", "pipe", "pipe"] });
      } catch (error) {
        return done(startFailure(errorCode(error)));
      }
      const { pid } = child;
      if (pid !== undefined) keeper.keepChild(pid);
      void follow(child, request).then((outcome) => {
        if (pid !== undefined) keeper.forgetChild(pid);
        done(outcome);
      });
    });
}

async function follow(child: ChildProcess, request: CommandRequest): Promise<CommandOutcome> {
  const output: Buffer[] = [];
  let outputBytes = 0;
  const stderr = keepTail();
  let ended: "too-slow" | "too-much" | "stopped" | undefined;
  const end = (why: typeof ended): void => {
    if (ended !== undefined) return;
    ended = why;
    endGroup(child);
  };
  child.stdout?.on("data", (chunk: Buffer) => {
    if (outputBytes <= request.outputLimitBytes) output.push(chunk);
    outputBytes += chunk.byteLength;
    if (outputBytes > request.outputLimitBytes) end("too-much");
  });
  child.stderr?.on("data", (chunk: Buffer) => stderr.add(chunk));
  const stop = (): void => end("stopped");
  request.signal?.addEventListener("abort", stop, { once: true });
  const limit = setTimeout(() => end("too-slow"), request.timeLimitMs);
  try {
    const { status, signal, failure } = await exitOf(child);
    if (failure !== undefined) return startFailure(failure);
    if (ended === "stopped") return { kind: "stopped" };
    const printed = { stdout: Buffer.concat(output), stderr: stderr.text() };
    if (ended !== undefined) return { kind: ended, ...printed };
    if (signal !== null) return { kind: "killed", signal, ...printed };
    return { kind: "exited", status: status ?? 1, ...printed };
  } finally {
    clearTimeout(limit);
    request.signal?.removeEventListener("abort", stop);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}

type Exit = { readonly status: number | null; readonly signal: string | null; readonly failure?: string };

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((done) => {
    child.once("error", (error) => done({ status: null, signal: null, failure: errorCode(error) }));
    child.once("close", (status, signal) => done({ status, signal }));
    child.once("exit", (status, signal) => {
      const lingering = setTimeout(() => done({ status, signal }), lingeringMs);
      child.once("close", () => clearTimeout(lingering));
    });
  });
}

/** Tells it to end; kills what is left of its group once it has, or when it takes too long. */
function endGroup(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const kill = setTimeout(() => signalGroup(pid, "SIGKILL"), gracefulMs);
  child.once("exit", () => {
    clearTimeout(kill);
    signalGroup(pid, "SIGKILL");
  });
  signalGroup(pid, "SIGTERM");
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // They are gone.
  }
}

function startFailure(code: string): CommandOutcome {
  if (code === "ENOENT") return { kind: "not-found" };
  if (code === "EACCES" || code === "EPERM") return { kind: "not-executable" };
  return { kind: "failed", code };
}

/** The last kilobytes of a stream, from the beginning of a line: half a word could be half a value, which no mask knows. */
function keepTail(): { readonly add: (chunk: Buffer) => void; readonly text: () => string } {
  let kept = Buffer.alloc(0);
  let isCut = false;
  return {
    add: (chunk) => {
      const all = Buffer.concat([kept, chunk]);
      isCut ||= all.byteLength > stderrKeptBytes;
      kept = all.subarray(-stderrKeptBytes);
    },
    text: () => {
      const text = new TextDecoder().decode(kept);
      return isCut ? text.slice(text.indexOf("\n") + 1 || text.length) : text;
    },
  };
}
