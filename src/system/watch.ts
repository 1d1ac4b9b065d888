import { type FSWatcher, statSync, watch } from "node:fs";
import { lstat, readlink, stat } from "node:fs/promises";
import { dirname, parse, resolve, sep } from "node:path";
import type { WatchPaths } from "../source/clock.ts";

const pollMs = 500;
/** A swap makes several events: look when they are over. */
const settleMs = 20;
const mostLinks = 40;

/**
 * Says when a path leads to another content than before, also when it does so by another link on the way: the kubelet
 * swaps a projected token by renaming `..data` beside it. The system's events make it quick; a look every half second
 * makes it certain, where there are no events (network file systems, no inotify watches left). A file that is gone is
 * no change until it is there again.
 */
export const watchPaths: WatchPaths = (paths, changed) => {
  const seen = new Map(paths.map((path) => [path, signatureNow(path)]));
  const watchers = new Map<string, FSWatcher>();
  let stopped = false;
  let isLooking = false;
  let isStirred = false;
  let settling: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    let isChanged = false;
    for (const path of paths) {
      const signature = await signatureOf(path);
      if (signature === undefined || signature === seen.get(path)) continue;
      seen.set(path, signature);
      isChanged = true;
    }
    if (!isChanged || stopped) return;
    changed();
    await follow();
  };
  const lookOnce = async (): Promise<void> => {
    if (isLooking) {
      isStirred = true;
      return;
    }
    isLooking = true;
    do {
      isStirred = false;
      await look();
    } while (isStirred && !stopped);
    isLooking = false;
  };
  const stir = (): void => {
    settling ??= setTimeout(() => {
      settling = undefined;
      void lookOnce();
    }, settleMs).unref();
  };
  const follow = async (): Promise<void> => {
    const wanted = new Set((await Promise.all(paths.map(directoriesOnTheWay))).flat());
    if (stopped) return;
    for (const [directory, watcher] of watchers) {
      if (wanted.has(directory)) continue;
      watcher.close();
      watchers.delete(directory);
    }
    for (const directory of wanted) {
      if (!watchers.has(directory)) listen(directory);
    }
  };
  const listen = (directory: string): void => {
    try {
      const watcher = watch(directory, { persistent: false }, stir);
      watcher.on("error", () => {
        watcher.close();
        watchers.delete(directory);
      });
      watchers.set(directory, watcher);
    } catch {
      // No watch to be had there: the poll sees it.
    }
  };

  const poll = setInterval(() => void lookOnce(), pollMs).unref();
  void follow();
  return {
    stop: () => {
      stopped = true;
      clearInterval(poll);
      clearTimeout(settling);
      for (const watcher of watchers.values()) watcher.close();
      watchers.clear();
    },
  };
};

type Stat = { dev: bigint; ino: bigint; size: bigint; mtimeNs: bigint; ctimeNs: bigint };

function sign({ dev, ino, size, mtimeNs, ctimeNs }: Stat): string {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** At once, so that what is read after the watch began is not older than what the watch knows. */
function signatureNow(path: string): string | undefined {
  try {
    return sign(statSync(path, { bigint: true }));
  } catch {
    return undefined;
  }
}

async function signatureOf(path: string): Promise<string | undefined> {
  try {
    return sign(await stat(path, { bigint: true }));
  } catch {
    return undefined;
  }
}

/** The directory of the file, and that of every symbolic link that the path goes through. */
async function directoriesOnTheWay(path: string): Promise<readonly string[]> {
  const directories = new Set<string>();
  let rest = resolve(path);
  for (let links = 0; links < mostLinks; links++) {
    const link = await firstLink(rest);
    if (link === undefined) break;
    directories.add(dirname(link.path));
    rest = resolve(dirname(link.path), link.target, link.beyond);
  }
  directories.add(dirname(rest));
  return [...directories];
}

async function firstLink(path: string): Promise<{ path: string; target: string; beyond: string } | undefined> {
  const { root } = parse(path);
  const names = path.slice(root.length).split(sep);
  for (let count = 1; count <= names.length; count++) {
    const current = root + names.slice(0, count).join(sep);
    try {
      if (!(await lstat(current)).isSymbolicLink()) continue;
      return { path: current, target: await readlink(current), beyond: names.slice(count).join(sep) };
    } catch {
      return undefined;
    }
  }
  return undefined;
}
