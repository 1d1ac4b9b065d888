import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface Program {
  readonly pid: number;
  /** Everything it printed so far. */
  log(): string;
  /** Ends it by its own pid: SIGTERM, and SIGKILL if it is still there after 10 s. */
  stop(): Promise<void>;
}

export interface ProgramOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Needs root: runs by sudo where this process is not root. */
  readonly asRoot?: boolean;
  /** Is asked every 50 ms until it is true. It may throw for "not yet". */
  readonly ready: (program: Program) => boolean | Promise<boolean>;
  readonly readyWithinMs?: number;
}

/**
 * Starts a program in the background and waits until it is ready.
 * However this process ends, the program ends too: by `stop`, at "exit", or by the kernel (a parent's death signal;
 * not where it runs by sudo, which drops that).
 */
export async function startProgram(command: string, options: ProgramOptions): Promise<Program> {
  const bySudo = options.asRoot === true && process.getuid?.() !== 0;
  const argv = ["setpriv", "--pdeathsig", "TERM", command, ...(options.args ?? [])];
  if (bySudo) argv.unshift("sudo", "-n", "--preserve-env");
  const logFd = openSync(options.logFile, "a", 0o600);
  const child = spawn(argv[0]!, argv.slice(1), { stdio: ["ignore", logFd, logFd], env: options.env ?? process.env });
  closeSync(logFd);
  const ended = Promise.race([once(child, "exit"), once(child, "error")]).then(() => undefined);
  const isOver = (): boolean => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const signal = (name: "TERM" | "KILL"): void => {
    if (isOver()) return;
    if (bySudo) spawnSync("sudo", ["-n", "sh", "-c", `kill -s ${name} ${child.pid}`]);
    else child.kill(`SIG${name}`);
  };
  const endWithUs = (): void => signal("TERM");
  // Before the state folder's own listener, which removes what the program still uses.
  process.prependListener("exit", endWithUs);

  const program: Program = {
    pid: child.pid ?? -1,
    log: () => readFileSync(options.logFile, "utf8"),
    async stop() {
      signal("TERM");
      const inTime = await Promise.race([ended.then(() => true), sleep(10_000, false, { ref: false })]);
      if (!inTime) {
        signal("KILL");
        await ended;
      }
      process.off("exit", endWithUs);
    },
  };

  const deadline = Date.now() + (options.readyWithinMs ?? 30_000);
  for (;;) {
    try {
      if (!isOver() && (await options.ready(program))) return program;
    } catch {
      // Not yet.
    }
    if (isOver() || Date.now() > deadline) {
      await program.stop();
      const said = program.log().trim().split("\n").slice(-5).join("\n");
      throw new Error(`${command} did not become ready: ${said || "it said nothing"}`);
    }
    await sleep(50);
  }
}
