import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ChildKeeper } from "./child.ts";
import { errorCode } from "./error-code.ts";

export type DockerAsk = {
  readonly program: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** What it reads: nothing where nothing is given, `ours`: what we would read, a terminal too. */
  readonly stdin?: AsyncIterable<Uint8Array> | "ours" | undefined;
  /** `ours`: what it prints goes straight to our stdout; `pipe`: to whoever reads it here. */
  readonly stdout: "ours" | "pipe";
  /** The same of stderr; `pipe` unless given. */
  readonly stderr?: "ours" | "pipe" | undefined;
  readonly keeper: ChildKeeper;
  /** Spawns with the umask that the user had: what Docker exports are the user's files. */
  readonly asUser: <Result>(run: () => Result) => Result;
};

export type DockerEnd = {
  /** Its exit status; 128 and the signal's number where a signal ended it; 127 where it could not be started. */
  readonly status: number;
  readonly failure?: string;
};

export type DockerProcess = {
  readonly stdout: Readable | undefined;
  /** Ended from the beginning where it goes to our own. */
  readonly stderr: Readable;
  readonly ended: Promise<DockerEnd>;
  /** Tells it, and all it started, to end; the third time it is killed. */
  readonly interrupt: (signal: "SIGINT" | "SIGTERM") => void;
  /** Hands a signal on as it is. */
  readonly tell: (signal: NodeJS.Signals) => void;
};

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/**
 * Starts Docker in a process group of its own: a Ctrl-C on the terminal then comes to us alone, and Docker gets it from
 * us, exactly once.
 */
export function startDocker(ask: DockerAsk): DockerProcess {
  const child = ask.asUser(() =>
    spawn(ask.program, ask.args, {
      env: ask.environment,
      detached: true,
      stdio: [
        ask.stdin === undefined ? "ignore" : ask.stdin === "ours" ? "inherit" : "pipe",
        ask.stdout === "ours" ? "inherit" : "pipe",
        ask.stderr === "ours" ? "inherit" : "pipe",
      ],
    }),
  );
  if (ask.stdin !== undefined && ask.stdin !== "ours" && child.stdin !== null) {
    // Docker may end, or close its stdin, before it has read all of it: its status says what that means.
    pipeline(Readable.from(ask.stdin, { objectMode: false }), child.stdin).catch(() => {});
  }
  const { pid } = child;
  if (pid !== undefined) ask.keeper.keepChild(pid);
  let told = 0;
  const tell = (signal: NodeJS.Signals): void => {
    // once it has ended the number may be another's
    if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    try {
      process.kill(-pid, signal);
    } catch {
      // it has just ended
    }
  };
  return {
    stdout: child.stdout ?? undefined,
    stderr: child.stderr ?? Readable.from([]),
    ended: new Promise((done) => {
      child.once("error", (error) => done({ status: 127, failure: errorCode(error) }));
      child.once("close", (status, signal) => {
        if (pid !== undefined) ask.keeper.forgetChild(pid);
        done({ status: status ?? 128 + (signalNumbers[signal ?? ""] ?? 0) });
      });
    }),
    interrupt: (signal) => tell(++told > 2 ? "SIGKILL" : signal),
    tell,
  };
}
