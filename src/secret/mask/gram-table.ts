/**
 * From the hash of a few bytes to every place where they stand, with a bitmap before it that says "nowhere" for almost
 * all of a text in one look. Grows by doubling; nothing is ever taken out.
 */
export type GramTable = {
  readonly add: (hash: number, place: number) => void;
  /** The first entry of a hash, and the one after an entry; 0 ends the chain. Other bytes can share the hash. */
  readonly first: (hash: number) => number;
  readonly after: (entry: number) => number;
  readonly place: (entry: number) => number;
  /** One bit for each value of `hash >>> bitmapShift`. */
  readonly bitmap: () => Int32Array;
  readonly bitmapShift: () => number;
};

/** Bits of the bitmap for each entry: at 16, one look in 16 at a text of nothing but noise goes further. */
const bitsPerEntry = 16;

export function createGramTable(): GramTable {
  let size = 1 << 9;
  let hashes = new Int32Array(size);
  let places = new Int32Array(size);
  let next = new Int32Array(size);
  let heads = new Int32Array(size);
  let bitmap = new Int32Array((size * bitsPerEntry) / 32);
  let headShift = 32 - Math.log2(size);
  let bitmapShift = 32 - Math.log2(size * bitsPerEntry);
  let used = 0;

  function link(entry: number): void {
    const hash = hashes[entry]!;
    const head = hash >>> headShift;
    // Entry 0 is never used: 0 ends a chain.
    next[entry] = heads[head]!;
    heads[head] = entry;
    const bit = hash >>> bitmapShift;
    bitmap[bit >>> 5]! |= 1 << (bit & 31);
  }

  function grow(): void {
    size *= 2;
    hashes = enlarged(hashes, size);
    places = enlarged(places, size);
    next = new Int32Array(size);
    heads = new Int32Array(size);
    bitmap = new Int32Array((size * bitsPerEntry) / 32);
    headShift--;
    bitmapShift--;
    for (let entry = 1; entry <= used; entry++) {
      link(entry);
    }
  }

  function sameHash(from: number, hash: number): number {
    let entry = from;
    while (entry !== 0 && hashes[entry] !== hash) {
      entry = next[entry]!;
    }
    return entry;
  }

  return {
    add(hash, place) {
      if (used + 1 === size) {
        grow();
      }
      used++;
      hashes[used] = hash;
      places[used] = place;
      link(used);
    },
    first: (hash) => sameHash(heads[hash >>> headShift]!, hash | 0),
    after: (entry) => sameHash(next[entry]!, hashes[entry]!),
    place: (entry) => places[entry]!,
    bitmap: () => bitmap,
    bitmapShift: () => bitmapShift,
  };
}

function enlarged(array: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(array);
  return larger;
}

/** Hash of 8 bytes, given as two words in the machine's own order. */
export function hashOfEight(low: number, high: number): number {
  return Math.imul(Math.imul(low, 0x9e3779b1) ^ (high + (low >>> 15)), 0x85ebca6b);
}

/** Hash of 4 bytes, given as a word in the machine's own order. */
export function hashOfFour(word: number): number {
  return Math.imul(word ^ (word >>> 15), 0x9e3779b1);
}

const isLittleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/** Four bytes as an Int32Array over them would give them, wherever they stand. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return isLittleEndian
    ? bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    : bytes[at + 3]! | (bytes[at + 2]! << 8) | (bytes[at + 1]! << 16) | (bytes[at]! << 24);
}
