import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Where `scripts/parts/cache-folder.sh` keeps parts: on disk, outside the checkout. */
export const partsFolder = (): string =>
  process.env["BUILDSEAL_PARTS"] ??
  join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "buildseal", "parts");

export interface StateFolder {
  readonly path: string;
  remove(): void;
}

function removeFolder(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch {
    // What a daemon wrote as root, where this is not root.
    spawnSync("sudo", ["-n", "rm", "-rf", "--one-file-system", path]);
  }
}

/** Folders that a killed run left behind. Their names hold the process that made them. */
function removeLeftovers(parent: string): void {
  for (const name of readdirSync(parent)) {
    const pid = /-(\d+)-[^-]+$/.exec(name)?.[1];
    if (pid !== undefined && !existsSync(`/proc/${pid}`)) removeFolder(join(parent, name));
  }
}

/** A folder for one service's state, removed by `remove` or when this process ends. Its path is short: sockets lie in it. */
export function createStateFolder(name: string): StateFolder {
  const parent = join(partsFolder(), "state", "test");
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  removeLeftovers(parent);
  const path = mkdtempSync(join(parent, `${name}-${process.pid}-`));
  const remove = (): void => {
    process.off("exit", remove);
    removeFolder(path);
  };
  process.on("exit", remove);
  return { path, remove };
}
