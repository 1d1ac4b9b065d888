import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";

/**
 * Removes the draft of a file should we be killed, even by SIGKILL: a shell of its own session reads the draft's name
 * from a pipe, whose end says that we are gone. It is started with the first draft, and costs 2 ms once.
 */
const script = `while IFS= read -r line; do draft=$line; done; [ -z "$draft" ] || rm -f -- "$draft"`;

let keeper: ChildProcess | undefined;

/** From now on the draft is removed should we be killed. One at a time: drafts are written one after the other. */
export async function keepDraft(path: string): Promise<void> {
  // a line holds the name; relative names mean our folder, which is not the keeper's
  if (path.includes("\n")) return;
  keeper ??= await start();
  tell(path.startsWith("/") ? path : `${process.cwd()}/${path}`);
}

/** The last one is in its place, or gone. */
export function forgetDraft(): void {
  tell("");
}

async function start(): Promise<ChildProcess | undefined> {
  const shell = spawn("/bin/sh", ["-c", script], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
    cwd: "/",
    // a CI's clean-up knows its children by variables
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
  });
  shell.stdin?.on("error", () => {});
  shell.unref();
  (shell.stdin as Socket | null)?.unref();
  try {
    await once(shell, "spawn");
    return shell;
  } catch {
    // without a shell a kill can leave a draft behind, and all else is as it should be
    return undefined;
  }
}

function tell(line: string): void {
  if (keeper?.stdin?.writable) keeper.stdin.write(`${line}\n`);
}
