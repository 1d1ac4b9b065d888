import { lstat, readdir, rm } from "node:fs/promises";
import type { Environment } from "../identity/host.ts";
import { livenessOf } from "./alive.ts";
import { directoryPrefix, diskPlaces, memoryPlaces } from "./tmpfs.ts";

/** A directory without a socket may be one that is being made just now. */
const newForMs = 60_000;

/**
 * Removes what crashed runs of this user left behind; gives the directories that it removed. It looks at nothing that
 * is not ours by owner, mode and name, and follows no link.
 *
 * @param named a folder for secrets that the user named himself
 */
export async function sweepLeftovers(
  environment: Environment,
  nowMs: number,
  named?: string,
): Promise<readonly string[]> {
  const own = named === undefined ? [] : [named];
  const places = new Set([...own, ...memoryPlaces(environment), ...diskPlaces()]);
  const removed = await Promise.all([...places].map((place) => sweepPlace(place, nowMs)));
  return removed.flat();
}

async function sweepPlace(place: string, nowMs: number): Promise<readonly string[]> {
  const removed: string[] = [];
  const names = await readdir(place).catch(() => []);
  for (const name of names) {
    if (!name.startsWith(directoryPrefix)) continue;
    const directory = `${place}/${name}`;
    try {
      if (!(await isLeftover(directory, nowMs))) continue;
      await rm(directory, { recursive: true, force: true });
      removed.push(directory);
    } catch {
      // Somebody else sweeps too, or it cannot be removed: the next start sees it again.
    }
  }
  return removed;
}

async function isLeftover(directory: string, nowMs: number): Promise<boolean> {
  const stat = await lstat(directory);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o077) !== 0) return false;
  const liveness = await livenessOf(directory);
  if (liveness !== "new") return liveness === "dead";
  return nowMs - Math.max(stat.mtimeMs, stat.ctimeMs) > newForMs && (await holdsOnlyOurs(directory));
}

/** Without a socket only its content can tell that it is ours and not somebody's folder of a like name. */
async function holdsOnlyOurs(directory: string): Promise<boolean> {
  const names = await readdir(directory);
  return names.every((name) => ourNames.has(name) || name.startsWith("."));
}

const ourNames = new Set(["alive.new", "guardian", "secrets", "work"]);
