/**
 * Which paths a layer writes and removes: 8 bytes a path, so that a layer of two million files can be asked later.
 * Whiteouts: OCI image-spec, layer.md.
 */
export type PathLog = {
  readonly add: (path: string, directory: boolean) => void;
  /** After this layer, is the file that an earlier layer wrote at this path no longer to be seen? */
  readonly hides: (path: string) => boolean;
};

const whiteout = ".wh.";
const opaque = ".wh..wh..opq";

export function createPathLog(): PathLog {
  let hashes = new Float64Array(1024);
  let count = 0;
  let sorted = true;
  /** Whiteouts are few. A directory's own path stands for "nothing of before below it". */
  const removed = new Set<string>();
  const opaqued = new Set<string>();

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
    add: (path, directory) => {
      const slash = path.lastIndexOf("/");
      if (path.startsWith(whiteout, slash + 1)) {
        const folder = path.slice(0, Math.max(0, slash));
        const name = path.slice(slash + 1);
        if (name === opaque) opaqued.add(folder);
        else removed.add(slash === -1 ? name.slice(whiteout.length) : `${folder}/${name.slice(whiteout.length)}`);
      } else {
        put(hashOf(directory ? `${path}/` : path));
      }
    },
    hides: (path) => {
      if (has(hashOf(path)) || has(hashOf(`${path}/`)) || removed.has(path) || opaqued.has("")) return true;
      for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
        const folder = path.slice(0, slash);
        // A folder that is now something else takes with it what was in it.
        if (removed.has(folder) || opaqued.has(folder) || has(hashOf(folder))) return true;
      }
      return false;
    },
  };
}

/** 53 bits of two interleaved FNV-1a hashes. */
function hashOf(path: string): number {
  let a = 0x811c9dc5;
  let b = 0x01000193;
  for (let i = 0; i < path.length; i++) {
    const unit = path.charCodeAt(i);
    a = Math.imul(a ^ unit, 0x01000193);
    b = Math.imul(b ^ unit, 0x85ebca6b);
    b ^= b >>> 15;
  }
  return (a >>> 0) * 0x200000 + ((b >>> 0) & 0x1fffff);
}
