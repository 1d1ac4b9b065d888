import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** The running processes (not zombies): pid → parent's pid. */
function parents(): Map<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    // What follows the command, which may hold anything, in its last parenthesis: state, parent.
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (parent !== undefined && state !== "Z") found.set(Number(name), Number(parent));
  }
  return found;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** All descendants of a process. */
export function descendantsOf(pid: number): number[] {
  const all = parents();
  const found: number[] = [];
  for (let generation = [pid]; generation.length > 0; ) {
    generation = [...all].filter(([, parent]) => generation.includes(parent)).map(([child]) => child);
    found.push(...generation);
  }
  return found;
}

/** Those of these processes that still run. */
export function stillRunning(pids: readonly number[]): number[] {
  const all = parents();
  return pids.filter((pid) => all.has(pid));
}

/** The processes whose command line holds this text. */
export function processesWith(text: string): number[] {
  return [...parents().keys()].filter((pid) => read(`/proc/${pid}/cmdline`).replaceAll("\0", " ").includes(text));
}

/** Waits until it holds, and gives whether it did in time. */
export async function holdsWithin(milliseconds: number, holds: () => boolean): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (!holds()) {
    if (Date.now() > deadline) return false;
    await sleep(50);
  }
  return true;
}
