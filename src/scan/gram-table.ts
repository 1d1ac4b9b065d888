/**
 * Which literals hold a few given bytes, and where in them: a bitmap that answers "none" for almost everything, and
 * chains behind it. Built once; looked into for every place of a stream.
 */
export type GramTable = {
  /** One bit for each value of `hash >>> shift`. */
  readonly bits: Uint8Array;
  readonly shift: number;
  /** Chains: the first entry by `hash >>> headShift` (0: none), then `next`. */
  readonly heads: Int32Array;
  readonly headShift: number;
  readonly next: Int32Array;
  readonly hashes: Int32Array;
  readonly literals: Int32Array;
  /** Where in the literal these bytes stand. */
  readonly places: Int32Array;
};

/** Tells each gram: its hash, the number of its literal, its place there. */
export type EachGram = (tell: (hash: number, literal: number, place: number) => void) => void;

/** Bits for each entry: one look in 32 at noise goes further. At least 32 KB, at most 2 MB: what a core keeps near. */
const bitsPerEntry = 32;
const fewestBits = 18;
const mostBits = 24;

/** `eachGram` is called twice: there can be millions, too many to be held as objects. */
export function buildGramTable(eachGram: EachGram): GramTable {
  let count = 0;
  eachGram(() => {
    count++;
  });
  const bitCount = Math.min(mostBits, Math.max(fewestBits, Math.ceil(Math.log2(count * bitsPerEntry + 1))));
  const headCount = Math.max(8, Math.ceil(Math.log2(count + 1)));
  const table: GramTable = {
    bits: new Uint8Array(2 ** (bitCount - 3)),
    shift: 32 - bitCount,
    heads: new Int32Array(2 ** headCount),
    headShift: 32 - headCount,
    next: new Int32Array(count + 1),
    hashes: new Int32Array(count + 1),
    literals: new Int32Array(count + 1),
    places: new Int32Array(count + 1),
  };
  let entry = 0;
  eachGram((hash, literal, place) => {
    entry++;
    const bit = hash >>> table.shift;
    table.bits[bit >>> 3]! |= 1 << (bit & 7);
    const head = hash >>> table.headShift;
    table.next[entry] = table.heads[head]!;
    table.heads[head] = entry;
    table.hashes[entry] = hash;
    table.literals[entry] = literal;
    table.places[entry] = place;
  });
  return table;
}

/** Hash of the three low bytes of a word. */
export function hashOfThree(word: number): number {
  return Math.imul(word & 0xffffff, 0x9e3779b1) | 0;
}

/** Hash of eight bytes, given as two words. */
export function hashOfEight(low: number, high: number): number {
  return (Math.imul(low, 0x9e3779b1) + Math.imul(high, 0x85ebca6b)) | 0;
}
