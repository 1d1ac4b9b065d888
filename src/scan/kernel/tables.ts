import { foldedFrequency } from "./rarity.ts";
import { buildTeddy, isLetter } from "./teddy.ts";

/** A byte sequence to look for. */
export type Literal = {
  readonly bytes: Uint8Array;
  /** A run of at least so many bytes of it counts as well; left out: only the whole. At least `shortestRun`. */
  readonly windowBytes?: number;
  /** Upper and lower case of ASCII letters are one. Not together with `windowBytes`. */
  readonly anyCase?: boolean;
  /**
   * A line's end (`\n`, `\r\n`) may stand anywhere in it, as often as lines are full. Met where a piece of at least `longBytes` of it is in
   * one line. At least that long, and not together with `anyCase`.
   */
  readonly wraps?: boolean;
};

/** The fewest bytes of a literal that can be looked for at all. */
export const shortestBytes = 4;
/** The fewest bytes of a run: each of its words may be the one that lies on the grid. */
export const shortestRun = 24;
/** From this length on a literal is met by its words of four bytes: thirteen in a row. */
export const longBytes = 16;
const stride = 13;
/** The words of a literal that wraps: of 32 bytes, one half of which is in one line. */
const wrappedWords = 2 * longBytes - 3;

/** Where all that a kernel needs lies in its memory; addresses in bytes, shifts of a 32-bit hash. */
export type Layout = {
  readonly teddy: number;
  readonly shortHeads: number;
  readonly shortShift: number;
  readonly longHeads: number;
  readonly longShift: number;
  readonly bits: number;
  /** 0: there are no long literals. */
  readonly bitShift: number;
  readonly entries: number;
  readonly literals: number;
  readonly found: number;
  readonly mostFound: number;
  /** The first address that is free. */
  readonly end: number;
};

/** The fewest matches that one call can report; always as many as can stand in the 64 bytes that it looks at least at. */
const fewestFound = 1 << 14;
/** One look in 32 at noise goes further. At least 32 KB, at most 2 MB: what a core keeps near. */
const bitsPerWord = 32;
const fewestBits = 18;
const mostBits = 24;

export type Tables = { readonly layout: Layout; readonly write: (memory: ArrayBuffer) => void };

/** Plans where everything lies; `write` puts it there. */
export function planTables(literals: readonly Literal[]): Tables {
  const short = [...literals.keys()].filter((index) => literals[index]!.bytes.length < longBytes);
  const long = [...literals.keys()].filter((index) => literals[index]!.bytes.length >= longBytes);
  let wordCount = 0;
  for (const index of long) wordCount += countWords(literals[index]!);
  const shortBits = headBits(short.length);
  const longBits = headBits(wordCount);
  const bitCount = Math.min(mostBits, Math.max(fewestBits, Math.ceil(Math.log2(wordCount * bitsPerWord + 1))));
  const mostFound = Math.max(fewestFound, 64 * literals.length);
  let end = 1024;
  const take = (bytes: number): number => {
    const at = (end + 63) & ~63;
    end = at + bytes;
    return at;
  };
  const layout: Omit<Layout, "end"> = {
    teddy: take(96),
    shortHeads: take(4 << shortBits),
    shortShift: 32 - shortBits,
    longHeads: take(4 << longBits),
    longShift: 32 - longBits,
    bits: take(wordCount === 0 ? 0 : 2 ** (bitCount - 3)),
    bitShift: wordCount === 0 ? 0 : 32 - bitCount,
    entries: take(16 * (1 + short.length + wordCount)),
    literals: take(16 * literals.length),
    found: take(12 * mostFound),
    mostFound,
  };
  const texts = literals.map(({ bytes, anyCase }) => ({
    bytes: take(bytes.length),
    mask: anyCase === true ? take(bytes.length) : 0,
  }));
  return {
    layout: { ...layout, end },
    write: (memory) => {
      const bytes = new Uint8Array(memory);
      const words = new Uint32Array(memory, 0, (end + 3) >> 2);
      const teddy = buildTeddy(
        short.map((index) => ({ ...literals[index]!, anyCase: literals[index]!.anyCase === true })),
      );
      bytes.set(teddy.tables, layout.teddy);
      let entry = 0;
      const add = (heads: number, hash: number, key: number, literal: number, place: number): void => {
        entry++;
        const record = (layout.entries >> 2) + 4 * entry;
        const head = (heads >> 2) + hash;
        words[record] = key;
        words[record + 1] = literal;
        words[record + 2] = place;
        words[record + 3] = words[head]!;
        words[head] = entry;
      };
      for (const [at, index] of short.entries()) {
        const key = keyOfThree(literals[index]!.bytes, teddy.places[at]!);
        add(layout.shortHeads, hashOf(key) >>> layout.shortShift, key, index, teddy.places[at]!);
      }
      for (const index of long) {
        const literal = literals[index]!;
        eachWord(literal, (place, isLast) => {
          const key = keyOfFour(literal.bytes, place);
          const hash = hashOf(key);
          add(layout.longHeads, hash >>> layout.longShift, key, index, isLast ? place | lastWord : place);
          const bit = hash >>> layout.bitShift;
          bytes[layout.bits + (bit >>> 3)]! |= 1 << (bit & 7);
        });
      }
      for (const [index, { bytes: text, windowBytes, anyCase, wraps }] of literals.entries()) {
        const at = texts[index]!;
        const enough = wraps === true ? (windowBytes ?? text.length) + wrapsMark : (windowBytes ?? 0);
        words.set([text.length, at.bytes, at.mask, enough], (layout.literals >> 2) + 4 * index);
        bytes.set(anyCase === true ? text.map((byte) => byte & maskOf(byte)) : text, at.bytes);
        if (anyCase === true) bytes.set(text.map(maskOf), at.mask);
      }
    },
  };
}

/** Marks the fewest bytes of a literal that count: a line's end may stand anywhere in them. */
export const wrapsMark = 0x80000000;

/** Marks the last of thirteen words of a literal: where the grid has a gap of twelve it would be met as well as the first. */
const lastWord = 0x80000000;

function headBits(count: number): number {
  return Math.max(8, Math.ceil(Math.log2(count + 1)) + 1);
}

function maskOf(byte: number): number {
  return isLetter(byte) ? 0xdf : 0xff;
}

/**
 * The words that a long literal is met by. Of a whole, the thirteen in a row that are rarest together; of one that wraps so
 * many that a line's end leaves thirteen in a row before it or behind it. Where runs count, so many that any run of that
 * length has thirteen in a row.
 */
function eachWord({ bytes, windowBytes, wraps }: Literal, tell: (place: number, isLast: boolean) => void): void {
  const count = bytes.length - 3;
  if (windowBytes === undefined) {
    const met = wraps === true ? Math.min(wrappedWords, count) : stride;
    const first = rarest(bytes, count, met);
    for (let at = 0; at < met; at++) tell(first + at, at === stride - 1 && met === stride);
    return;
  }
  const cycle = cycleOf(windowBytes, wraps);
  for (let place = 0; place < count; place++) if (place % cycle < stride) tell(place, false);
}

function countWords({ bytes, windowBytes, wraps }: Literal): number {
  const count = bytes.length - 3;
  if (windowBytes === undefined) return wraps === true ? Math.min(wrappedWords, count) : stride;
  const cycle = cycleOf(windowBytes, wraps);
  return Math.floor(count / cycle) * Math.min(stride, cycle) + Math.min(count % cycle, stride);
}

/** Of so many words in a row the first thirteen are looked for: all, where a line's end may cut a run. */
function cycleOf(windowBytes: number, wraps = false): number {
  return wraps ? stride : windowBytes - 3 - stride + 1;
}

function rarest(bytes: Uint8Array, count: number, met: number): number {
  const costs = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    costs[at] =
      foldedFrequency[bytes[at]!]! *
      foldedFrequency[bytes[at + 1]!]! *
      foldedFrequency[bytes[at + 2]!]! *
      foldedFrequency[bytes[at + 3]!]!;
  }
  let sum = 0;
  for (let at = 0; at < met; at++) sum += costs[at]!;
  let best = 0;
  let least = sum;
  for (let at = 1; at + met <= count; at++) {
    sum += costs[at + met - 1]! - costs[at - 1]!;
    if (sum < least * 0.999) {
      least = sum;
      best = at;
    }
  }
  return best;
}

export function keyOfThree(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | 0x202020) >>> 0;
}

export function keyOfFour(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24) | 0x20202020) >>> 0;
}

export function hashOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 0;
}
