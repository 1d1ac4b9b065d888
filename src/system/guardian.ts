import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { SealError } from "../error.ts";
import type { ChildKeeper } from "./child.ts";
import { errorCode } from "./error-code.ts";

export type Guardian = ChildKeeper & {
  /** From now on this directory is removed, too, should we be killed. Tell it before anything is put there. */
  readonly keepDirectory: (path: string) => void;
  /** Should we be killed, this file of shell commands is run: at once, and again when our children have ended. It must not wait. */
  readonly keepDeed: (script: string) => void;
  /** The normal end: nothing is left to be removed or ended. */
  readonly done: () => Promise<void>;
  /** Leaves what is left to it, as if we had died. */
  readonly takeOver: () => void;
  readonly pid: () => number | undefined;
};

export type GuardianAsk = {
  /** The script's path; it is the only thing on its command line beside directories. */
  readonly script: string;
  readonly directory: string;
  /** PATH is all that it inherits: a CI's clean-up knows its children by variables. */
  readonly path: string | undefined;
  /** It died more often than it makes sense to replace it: a sentence for the user. */
  readonly lost: (notice: string) => void;
};

const mostReplacements = 5;
const usualPath = "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin";

/**
 * Starts the process that cleans up after us if we are killed: in a session of its own, so that what hits our process
 * group does not hit it. When this returns it has begun, and nothing but its own death keeps it from its work.
 * @throws STORE if there is no shell to run it.
 */
export async function startGuardian(ask: GuardianAsk): Promise<Guardian> {
  const directories = new Set([ask.directory]);
  const children = new Map<number, string>();
  const deeds = new Set<string>();
  let replacements = 0;
  let isOver = false;
  let shell = launch();
  await begun(shell).catch((error: unknown) => {
    isOver = true;
    throw error;
  });

  function launch(): ChildProcess {
    const launched = spawn("/bin/sh", [ask.script, ...directories], {
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
      cwd: "/",
      env: { PATH: ask.path ?? usualPath },
    });
    launched.unref();
    (launched.stdin as Socket | null)?.unref();
    // Its death is seen by "exit"; a write that came too late needs no word.
    launched.stdin?.on("error", () => {});
    launched.once("error", replace);
    launched.once("exit", replace);
    for (const [pid, start] of children) launched.stdin?.write(`child ${pid} ${start}\n`);
    for (const script of deeds) launched.stdin?.write(`deed ${script}\n`);
    return launched;
  }

  function replace(): void {
    if (isOver) return;
    if (replacements++ < mostReplacements) shell = launch();
    else ask.lost(lostNotice);
  }

  function tell(line: string): void {
    if (!isOver && shell.stdin?.writable) shell.stdin.write(`${line}\n`);
  }

  return {
    pid: () => shell.pid,
    keepDirectory: (path) => {
      directories.add(path);
      tell(`directory ${path}`);
    },
    keepDeed: (script) => {
      deeds.add(script);
      tell(`deed ${script}`);
    },
    keepChild: (pid) => {
      const start = startTimeOf(pid);
      children.set(pid, start);
      tell(`child ${pid} ${start}`);
    },
    forgetChild: (pid) => {
      children.delete(pid);
      tell(`gone ${pid}`);
    },
    done: async () => {
      if (isOver) return;
      tell("done");
      isOver = true;
      shell.stdin?.end();
      await exited(shell);
    },
    takeOver: () => {
      isOver = true;
      shell.stdin?.end();
    },
  };
}

const lostNotice =
  "The process that cleans up after a kill keeps dying: if buildseal is killed now, its files stay until its next start.";

/** It has nothing left to do; if it takes long all the same, nobody waits for it. */
function exited(shell: ChildProcess): Promise<void> {
  if (shell.exitCode !== null || shell.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const limit = setTimeout(done, 500);
    shell.ref();
    shell.once("exit", () => {
      clearTimeout(limit);
      done();
    });
  });
}

async function begun(child: ChildProcess): Promise<void> {
  try {
    await once(child, "spawn");
  } catch (error) {
    const message = `The process that cleans up if buildseal is killed could not be started: /bin/sh (${errorCode(error)}).`;
    throw new SealError("STORE", message, "Let there be a /bin/sh and room for one more process.", { cause: error });
  }
}

/** Field 22 of /proc/PID/stat (proc(5)), counted behind the name, which may hold blanks and parentheses. */
function startTimeOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(") ") + 2).split(" ")[19] ?? "-";
  } catch {
    return "-";
  }
}
