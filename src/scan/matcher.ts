import { buildGramTable, type EachGram, hashOfEight, hashOfThree } from "./gram-table.ts";

/** A byte sequence to look for. */
export type Literal = {
  readonly bytes: Uint8Array;
  /** A run of at least so many bytes of it counts as well; left out: only the whole. At least `longBytes`. */
  readonly windowBytes?: number;
};

/** A part of a stream that lies in memory: bytes `from` to `to` of `bytes`, the first of which stands at `at`. */
export type Stretch = { readonly bytes: Buffer; readonly from: number; readonly to: number; readonly at: number };

/** Literal number `literal` stands at `start` to `end` of the stretch's bytes (with windows: a run of it). */
export type OnMatch = (literal: number, start: number, end: number) => void;

export type Matcher = {
  /**
   * Reports each occurrence that is looked at between `first` and `last`; what lies around them in the stretch is used
   * to complete it. Streams go through in steps that join, each a multiple of `stepBytes` but the last: then every
   * occurrence is reported once. `runs` is the stream's own memory of runs that were reported.
   */
  readonly scan: (stretch: Stretch, first: number, last: number, runs: Runs, onMatch: OnMatch) => void;
};

/** For each literal with windows, where in the stream its last run ended. */
export type Runs = Map<number, number>;

/** From this length on a literal is found by its eight-byte grams, one of which lies on every 17th byte. */
export const longBytes = 24;
/** The fewest bytes of a literal that can be looked for at all. */
export const shortestBytes = 4;
/** Both grids begin anew after so many bytes. */
export const stepBytes = 8 * 17;
/** So many bytes after the end of a stretch are read (and ignored): they must be there. */
export const spareBytes = 160;
/** A literal, or a run of one, is followed no further than this to either side. */
export const reachBytes = 8192;

const longStride = 17;
const shortStride = 2;
const groupBytes = 8;
/** So much is probed at once; what is found then lies near still. */
const blockBytes = 240 * stepBytes;

/**
 * One pass for any number of literals. Long ones: all bytes of the stream but one word in 17 are skipped. Short ones:
 * every second byte is looked at. Exact: a look only asks, then the bytes themselves are compared.
 */
export function createMatcher(literals: readonly Literal[]): Matcher {
  const short = buildGramTable((tell) => {
    for (const [index, literal] of literals.entries()) tellShortGrams(literal, index, tell);
  });
  const long = buildGramTable((tell) => {
    for (const [index, literal] of literals.entries()) tellLongGrams(literal, index, tell);
  });
  const hasShort = short.next.length > 1;
  const hasLong = long.next.length > 1;
  const candidates = new Int32Array(blockBytes / groupBytes + 1);

  function lookShort(stretch: Stretch, p: number, onMatch: OnMatch): void {
    const { bytes, from, to } = stretch;
    const hash = hashOfThree(bytes[p]! | (bytes[p + 1]! << 8) | (bytes[p + 2]! << 16));
    for (let entry = short.heads[hash >>> short.headShift]!; entry !== 0; entry = short.next[entry]!) {
      if (short.hashes[entry] !== hash) continue;
      const index = short.literals[entry]!;
      const literal = literals[index]!;
      const start = p - short.places[entry]!;
      const end = start + literal.bytes.length;
      if (start < from || end > to) continue;
      if (same(bytes, start, literal.bytes)) onMatch(index, start, end);
    }
  }

  function lookLong(stretch: Stretch, p: number, hash: number, runs: Runs, onMatch: OnMatch): void {
    const { bytes, from, to, at } = stretch;
    for (let entry = long.heads[hash >>> long.headShift]!; entry !== 0; entry = long.next[entry]!) {
      if (long.hashes[entry] !== hash) continue;
      const index = long.literals[entry]!;
      const { bytes: wanted, windowBytes = 0 } = literals[index]!;
      const place = long.places[entry]!;
      if (windowBytes > 0 && (runs.get(index) ?? 0) > at + p) continue;
      let left = 0;
      const leftMost = Math.min(place, p - from, reachBytes);
      while (left < leftMost && bytes[p - left - 1] === wanted[place - left - 1]) left++;
      let right = 0;
      const rightMost = Math.min(wanted.length - place, to - p, reachBytes);
      while (right < rightMost && bytes[p + right] === wanted[place + right]) right++;
      // Of a literal that reaches further than can be seen, what can be seen decides.
      const enough =
        windowBytes > 0 ? windowBytes : Math.min(place, reachBytes) + Math.min(wanted.length - place, reachBytes);
      if (right < 8 || left + right < enough) continue;
      if (windowBytes > 0) runs.set(index, at + p + right);
      onMatch(index, p - left, p + right);
    }
  }

  return {
    scan: (stretch, first, last, runs, onMatch) => {
      const { bytes } = stretch;
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let block = first; block < last; block += blockBytes) {
        const end = Math.min(block + blockBytes, last);
        const shortCount = hasShort ? probeShort(view, block, end, short.bits, short.shift, candidates) : 0;
        for (let i = 0; i < shortCount; i++) {
          const group = candidates[i]!;
          for (let p = group; p < Math.min(group + groupBytes, end); p += shortStride) lookShort(stretch, p, onMatch);
        }
        const longCount = hasLong ? probeLong(view, block, end, long.bits, long.shift, candidates) : 0;
        for (let i = 0; i < longCount; i++) {
          const p = candidates[i]!;
          const hash = hashOfEight(view.getInt32(p, true), view.getInt32(p + 4, true));
          lookLong(stretch, p, hash, runs, onMatch);
        }
      }
    },
  };
}

/**
 * Writes down where a group of eight bytes holds a gram whose bit is set, at every second byte; tells how many.
 * The two probes stand by themselves, and get all they use as arguments: so the engine keeps it in registers.
 */
function probeShort(
  view: DataView,
  first: number,
  last: number,
  bits: Uint8Array,
  shift: number,
  found: Int32Array,
): number {
  let count = 0;
  for (let p = first; p < last; p += groupBytes) {
    const a = Math.imul(view.getInt32(p, true) & 0xffffff, 0x9e3779b1) >>> shift;
    const b = Math.imul(view.getInt32(p + 2, true) & 0xffffff, 0x9e3779b1) >>> shift;
    const c = Math.imul(view.getInt32(p + 4, true) & 0xffffff, 0x9e3779b1) >>> shift;
    const d = Math.imul(view.getInt32(p + 6, true) & 0xffffff, 0x9e3779b1) >>> shift;
    const any =
      (bits[a >>> 3]! >> (a & 7)) |
      (bits[b >>> 3]! >> (b & 7)) |
      (bits[c >>> 3]! >> (c & 7)) |
      (bits[d >>> 3]! >> (d & 7));
    if ((any & 1) !== 0) found[count++] = p;
  }
  return count;
}

/** Writes down each 17th place whose eight bytes are a gram whose bit is set; tells how many. */
function probeLong(
  view: DataView,
  first: number,
  last: number,
  bits: Uint8Array,
  shift: number,
  found: Int32Array,
): number {
  let count = 0;
  for (let p = first; p < last; p += longStride) {
    const hash =
      (Math.imul(view.getInt32(p, true), 0x9e3779b1) + Math.imul(view.getInt32(p + 4, true), 0x85ebca6b)) | 0;
    const bit = hash >>> shift;
    if (((bits[bit >>> 3]! >> (bit & 7)) & 1) !== 0) found[count++] = p;
  }
  return count;
}

type Tell = Parameters<EachGram>[0];

/** The two grams in a row, one of which lies on the grid: those that are rarest in what people write. */
function tellShortGrams({ bytes }: Literal, index: number, tell: Tell): void {
  if (bytes.length >= longBytes) return;
  let best = 0;
  let bestRarity = -1;
  for (let place = 0; place + shortestBytes <= bytes.length; place++) {
    const rarity = rarityOf(bytes.subarray(place, place + shortestBytes));
    if (rarity > bestRarity) {
      bestRarity = rarity;
      best = place;
    }
  }
  for (const place of [best, best + 1]) {
    tell(hashOfThree(bytes[place]! | (bytes[place + 1]! << 8) | (bytes[place + 2]! << 16)), index, place);
  }
}

/**
 * Of a whole, 17 grams in a row. With windows, enough of them that any run of `windowBytes` holds 17 in a row, however
 * it lies on the grid.
 */
function tellLongGrams({ bytes, windowBytes = 0 }: Literal, index: number, tell: Tell): void {
  if (bytes.length < longBytes) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const count = bytes.length - 7;
  const cycle = windowBytes > 0 ? windowBytes - 7 - longStride + 1 : count;
  for (let place = 0; place < count; place++) {
    if (place % cycle >= longStride) continue;
    tell(hashOfEight(view.getInt32(place, true), view.getInt32(place + 4, true)), index, place);
  }
}

/** Letters from the commonest in English to the rarest. */
const byLetter = "etaoinshrdlcumwfgypbvkjxqz";

/** Roughly how rare bytes are in programs and texts: symbols and capitals over digits over letters over repetition. */
function rarityOf(bytes: Uint8Array): number {
  let rarity = 0;
  for (const [index, byte] of bytes.entries()) {
    const isLower = byte >= 0x61 && byte <= 0x7a;
    const isDigit = byte >= 0x30 && byte <= 0x39;
    if (byte === bytes[index - 1] || byte === 0 || byte === 0x20) continue;
    rarity += isLower ? 1 + byLetter.indexOf(String.fromCharCode(byte)) / byLetter.length : isDigit ? 2.5 : 3;
  }
  return rarity;
}

function same(bytes: Uint8Array, start: number, wanted: Uint8Array): boolean {
  for (let i = 0; i < wanted.length; i++) if (bytes[start + i] !== wanted[i]) return false;
  return true;
}
