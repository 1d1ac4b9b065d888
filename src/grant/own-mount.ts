import { posix } from "node:path";
import type { Mount } from "../dockerfile/mount.ts";
import type { Known } from "../dockerfile/unknown.ts";
import { cleanPath } from "./mount.ts";

/**
 * The folder of a step's cache or bind mount that a path lies in. For a mount of ours in there BuildKit has to make a file,
 * which stays in a cache, empty, for all steps and builds that come after; what is bound is read-only. (A tmpfs is gone
 * with its step.)
 */
export function keptFolder(path: string, mounts: readonly Mount[], directory: Known<string>): string | undefined {
  const own = mounts.filter(({ type }) => type === "cache" || type === "bind");
  return foldersOf(own, directory).find((folder) => cleanPath(path).startsWith(`${folder}/`));
}

/** Whether a step's tmpfs mount lies over a path: nothing that is written there stays. */
export function isInMemory(path: string, mounts: readonly Mount[], directory: Known<string>): boolean {
  const own = mounts.filter(({ type }) => type === "tmpfs");
  return foldersOf(own, directory).some((folder) => `${cleanPath(path)}/`.startsWith(`${folder}/`));
}

function foldersOf(mounts: readonly Mount[], directory: Known<string>): string[] {
  return mounts.flatMap(({ target }) => {
    if (target === undefined) return [];
    if (target.startsWith("/")) return [cleanPath(target)];
    return directory.known ? [posix.resolve("/", directory.value, target)] : [];
  });
}
