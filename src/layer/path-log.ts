import { createLinkLog, createLinkRoom, type LinkLog } from "./link-log.ts";
import type { TarRun } from "./tar-run.ts";

/**
 * Which paths a layer writes and removes: 8 bytes a path, so that a layer of two million files can be asked later.
 * Whiteouts: OCI image-spec, layer.md.
 */
export type PathLog = {
  readonly add: (path: string, directory: boolean) => void;
  /** The same of what is no whiteout, as `hashOf` has it. */
  readonly addRun: (run: Pick<TarRun, "count" | "hashes">) => void;
  /** After this layer, is the file that an earlier layer wrote at this path no longer to be seen? */
  readonly hides: (path: string) => boolean;
  readonly links: LinkLog;
};

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

export function createPathLog(room = createLinkRoom()): PathLog {
  let hashes = new Float64Array(1024);
  let count = 0;
  let sorted = true;

  function put(hash: number): void {
    if (count === hashes.length) {
      const larger = new Float64Array(count * 2);
      larger.set(hashes);
      hashes = larger;
    }
    hashes[count++] = hash;
    sorted = false;
  }

  function has(hash: number): boolean {
    if (!sorted) {
      hashes.subarray(0, count).sort();
      sorted = true;
    }
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (hashes[middle]! < hash) low = middle + 1;
      else high = middle;
    }
    return low < count && hashes[low] === hash;
  }

  return {
    links: createLinkLog(room),
    addRun: (run) => {
      for (let index = 0; index < run.count; index++) put(run.hashes[index]!);
    },
    add: (path, directory) => {
      const slash = path.lastIndexOf("/");
      if (path.startsWith(whiteout, slash + 1)) {
        const name = path.slice(slash + 1);
        if (name === opaque) put(hashOf(path.slice(0, Math.max(0, slash)), mark.opaque));
        else put(hashOf(path.slice(0, slash + 1) + name.slice(whiteout.length), mark.removed));
      } else {
        put(hashOf(path, directory ? mark.folder : mark.file));
      }
    },
    hides: (path) => {
      const isWritten = has(hashOf(path, mark.file)) || has(hashOf(path, mark.folder));
      if (isWritten || has(hashOf(path, mark.removed)) || has(hashOf("", mark.opaque))) return true;
      for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
        const folder = path.slice(0, slash);
        // A folder that is now something else takes with it what was in it.
        const gone = [mark.removed, mark.opaque, mark.file].some((each) => has(hashOf(folder, each)));
        if (gone) return true;
      }
      return false;
    },
  };
}

/** What a layer does with a path. They differ where no character has a bit: else another first character would make one of the other. */
const mark = { file: 0, folder: 0x9e3779b9, removed: 0x3c6ef372, opaque: 0xdaa66d2b } as const;

/** 53 bits of two interleaved FNV-1a hashes. */
function hashOf(path: string, what: number): number {
  let a = 0x811c9dc5 ^ what;
  let b = 0x01000193 ^ what;
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}
