import { countWords, longBytes } from "./grid.ts";
import { foldedFrequency } from "./rarity.ts";
import { planSkim, type SkimLayout, writeSkim } from "./skim.ts";
import { buildTeddy, type Seat, type ShortLiteral } from "./teddy.ts";

/** A byte sequence to look for. */
export type Literal = {
  readonly bytes: Uint8Array;
  /** A run of at least so many bytes of it counts as well; left out: only the whole. At least `shortestRun`. */
  readonly windowBytes?: number;
  /** Upper and lower case of ASCII letters are one. */
  readonly anyCase?: boolean;
  /**
   * A line's end (`\n`, `\r\n`) may stand anywhere in it, as often as lines are full; it is met where one line has `longBytes` of it, or
   * where there is one line's end in it. At least `shortestWrapped` long.
   */
  readonly wraps?: boolean;
  /** Of a short one, chosen beforehand: to choose takes longer than to scan a small image. */
  readonly seat?: Seat;
};

/** The fewest bytes of a literal that can be looked for at all. */
export const shortestBytes = 3;
/** The fewest bytes of a run: each of its words but the last few may be the one that lies on the grid. */
export const shortestRun = 24;
/** One that wraps is met by its first half or by its second, of which one stands in one line. */
export const shortestWrapped = 8;

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
  /** So many of them are of short literals. */
  readonly shortEntries: number;
  /** How rare each byte is, 256 numbers of eight bytes, upper and lower case as one; and room for as many as a literal has bytes. */
  readonly rarity: number;
  readonly costs: number;
  readonly literals: number;
  readonly found: number;
  readonly mostFound: number;
  readonly skim: SkimLayout;
  /** The first address that is free. */
  readonly end: number;
};

/** The fewest matches that one call can report; always as many as can stand in the 64 bytes that it looks at least at. */
const fewestFound = 1 << 14;
/**
 * Three of them are set for each word, so that few looks at anything else go further: where those lead is not kept near while a file
 * goes through. At least 32 KB; at most 1 MB, as long as that leaves a word enough of them to tell anything.
 */
const bitsPerWord = 20;
const enoughBitsPerWord = 5;
const fewestBits = 18;
const usualMostBits = 23;

/**
 * Puts down the words that a long literal is met by: its number, where its text is and how long, the fewest bytes of a run (0:
 * the whole), whether it wraps.
 */
export type AddWords = (literal: number, text: number, length: number, windowBytes: number, wraps: boolean) => void;

export type Tables = {
  readonly layout: Layout;
  readonly write: (memory: ArrayBufferLike) => void;
  /** To be called when all else is written. */
  readonly writeWords: (add: AddWords) => void;
};

/** Plans where everything lies; who writes puts it there. */
export function planTables(literals: readonly Literal[]): Tables {
  const short: Short[] = [];
  const long: number[] = [];
  let wordCount = 0;
  let longest = 0;
  for (const [index, literal] of literals.entries()) {
    const isLong = literal.bytes.length >= longBytes;
    if (isLong) long.push(index);
    else short.push(...metBy(literal, index));
    if (isLong) wordCount += countWords(literal.bytes.length, literal.windowBytes, literal.wraps === true);
    longest = Math.max(longest, literal.bytes.length);
  }
  // most of what is asked there has no answer: it is told by an empty head
  const shortBits = headBits(short.length) + 2;
  const longBits = headBits(wordCount);
  const mostBits = Math.max(usualMostBits, powerFor(wordCount * enoughBitsPerWord));
  const bitCount = Math.min(mostBits, Math.max(fewestBits, powerFor(wordCount * bitsPerWord)));
  const mostFound = Math.max(fewestFound, 64 * literals.length);
  let end = 1024;
  const take = (bytes: number): number => {
    const at = (end + 63) & ~63;
    end = at + bytes;
    return at;
  };
  const layout: Omit<Layout, "end"> = {
    teddy: take(128),
    shortHeads: take(4 << shortBits),
    shortShift: 32 - shortBits,
    longHeads: take(4 << longBits),
    longShift: 32 - longBits,
    bits: take(wordCount === 0 ? 0 : 2 ** (bitCount - 3)),
    bitShift: wordCount === 0 ? 0 : 32 - (bitCount - 6),
    entries: take(16 * (1 + short.length + wordCount)),
    shortEntries: short.length,
    rarity: take(8 * 256),
    costs: take(8 * longest),
    literals: take(16 * literals.length),
    found: take(12 * mostFound),
    mostFound,
    skim: planSkim(take),
  };
  const texts = literals.map(({ bytes }) => take(bytes.length));
  return {
    layout: { ...layout, end },
    write: (memory) => {
      const bytes = new Uint8Array(memory);
      const words = new Uint32Array(memory, 0, (end + 3) >> 2);
      const teddy = buildTeddy(short);
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
      for (const [at, { literal, bytes: part, offset }] of short.entries()) {
        const place = teddy.places[at]!;
        const hash = hashOf(keyOfThree(part, place)) >>> layout.shortShift;
        const key = place + 4 <= part.length ? keyOfFour(part, place) : keyOfThree(part, place);
        add(layout.shortHeads, hash, key, literal, offset + place);
      }
      writeSkim(bytes, layout.skim);
      new Float64Array(memory, layout.rarity, 256).set(foldedFrequency);
      let description = layout.literals >> 2;
      for (const [index, { bytes: text, windowBytes, wraps, anyCase }] of literals.entries()) {
        words[description++] = text.length;
        words[description++] = texts[index]!;
        words[description++] = anyCase === true ? caseBit : 0;
        words[description++] = wraps === true ? (windowBytes ?? text.length) + wrapsMark : (windowBytes ?? 0);
        bytes.set(text, texts[index]);
      }
    },
    writeWords: (add) => {
      for (const index of long) {
        const { bytes, windowBytes = 0, wraps = false } = literals[index]!;
        add(index, texts[index]!, bytes.length, windowBytes, wraps);
      }
    },
  };
}

/** A short literal by its number, or a part of it that begins at `offset`. */
type Short = ShortLiteral & { readonly literal: number; readonly offset: number };

/** By its bytes, or, if a line's end may stand in it, by either half. */
function metBy({ bytes, anyCase = false, wraps = false, seat }: Literal, literal: number): Short[] {
  if (!wraps) return [{ literal, offset: 0, bytes, anyCase, ...(seat !== undefined && { seat }) }];
  const half = bytes.length >> 1;
  return [
    { literal, offset: 0, bytes: bytes.subarray(0, half), anyCase },
    { literal, offset: half, bytes: bytes.subarray(half), anyCase },
  ];
}

/** Marks the fewest bytes of a literal that count: a line's end may stand anywhere in them. */
export const wrapsMark = 0x80000000;

/** In which a letter's upper and lower case differ. */
const caseBit = 0x20;

/** Two heads and more for each entry; of millions one and more, for they take memory. */
function headBits(count: number): number {
  return Math.max(8, powerFor(count) + (count > millions ? 0 : 1));
}

const millions = 1 << 21;

/** Of two, that is more than `count`. */
function powerFor(count: number): number {
  return Math.ceil(Math.log2(count + 1));
}

export function keyOfFour(bytes: Uint8Array, at: number): number {
  return (keyOfThree(bytes, at) | (bytes[at + 3]! << 24) | 0x20000000) >>> 0;
}

export function keyOfThree(bytes: Uint8Array, at: number): number {
  return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | 0x202020) >>> 0;
}

export function hashOf(key: number): number {
  return Math.imul(key, 0x9e3779b1) >>> 0;
}
