import { readFileSync } from "node:fs";
import type { Environment } from "../identity/host.ts";

/**
 * Whether we were started so that a hang-up (SIGHUP) is ignored: by `nohup`, or from a script that ignores it, as `trap ''
 * HUP` does. Node undoes that before any of our code runs (`src/node.cc`, PlatformInit), so our own /proc/self/status no
 * longer shows it. Two signs are left: the shell's variable `_` names the program that it started, and a parent that ignores
 * the signal itself hands that on to what it starts.
 *
 * @param statusOf the text of a process's /proc/PID/status
 */
export function ignoresHangUp(environment: Environment, statusOf: (pid: number) => string = readStatus): boolean {
  if (/(?:^|\/)nohup$/.test(environment["_"] ?? "")) return true;
  const ignored = /^SigIgn:\s*([0-9a-f]+)$/m.exec(statusOf(process.ppid))?.[1] ?? "0";
  // a bit for each signal, that of number 1 is the lowest (proc(5))
  return (BigInt(`0x${ignored}`) & 1n) === 1n;
}

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "latin1");
  } catch {
    return "";
  }
}
