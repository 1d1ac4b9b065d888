import { posix } from "node:path";
import type { Mount } from "../dockerfile/mount.ts";
import type { Known } from "../dockerfile/unknown.ts";
import { cleanPath, targetOf } from "./mount.ts";

/**
 * The folder of a step's cache or bind mount that a path lies in. For a mount of ours in there BuildKit has to make a file,
 * which stays in a cache, empty, for all steps and builds that come after; what is bound is read-only. (A tmpfs is gone
 * with its step.)
 */
export function keptFolder(path: string, mounts: readonly Mount[], directory: Known<string>): string | undefined {
  const own = mounts.filter(({ type }) => type === "cache" || type === "bind");
  return foldersOf(own, directory).find((folder) => cleanPath(path).startsWith(`${folder}/`));
}

/** The step's mount at the very path. */
export function mountAt(path: string, mounts: readonly Mount[]): Mount | undefined {
  return mounts.find((mount) => {
    const target = targetOf(mount);
    return target !== undefined && cleanPath(target) === cleanPath(path);
  });
}

/**
 * Whether a step's tmpfs mount lies over a path: nothing that is written there stays. Of one that begins with `~/`, whether
 * it does so in whatever home: whose it is cannot be seen there.
 */
export function isInMemory(path: string, mounts: readonly Mount[], directory: Known<string>): boolean {
  const own = mounts.filter(({ type }) => type === "tmpfs");
  const homes = path.startsWith("~/") ? [/^\/(?:root|home(?:\/[^/]+)?)(?=\/|$)/, /^.*(?=\/\.)/] : [];
  return foldersOf(own, directory).some((folder) =>
    [folder, ...homes.map((home) => folder.replace(home, "~"))].some((one) =>
      `${cleanPath(path)}/`.startsWith(`${one}/`),
    ),
  );
}

function foldersOf(mounts: readonly Mount[], directory: Known<string>): string[] {
  return mounts.flatMap(({ target }) => {
    if (target === undefined) return [];
    if (target.startsWith("/")) return [cleanPath(target)];
    return directory.known ? [posix.resolve("/", directory.value, target)] : [];
  });
}
