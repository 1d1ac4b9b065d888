import { cutsOf, cutWords, stride, wordBytes, wrappedWords } from "./grid.ts";
import type { AddWords, Layout } from "./tables.ts";

/** Marks the last of thirteen words of a literal: where the grid has a gap of twelve it would be met as well as the first. */
const lastWord = 0x80000000;

/** The same as in `assembly/kernel.ts`. */
export function createPlainWords(memory: ArrayBufferLike, layout: Layout): AddWords {
  const bytes = new Uint8Array(memory);
  const words = new Uint32Array(memory, 0, memory.byteLength >> 2);
  const rarity = new Float64Array(memory, layout.rarity, 256);
  let entry = layout.shortEntries;

  function put(literal: number, word: number, place: number, mark: number): void {
    const hash = hashOfWord(bytes, word);
    entry++;
    const record = (layout.entries >> 2) + 4 * entry;
    const head = (layout.longHeads >> 2) + (hash >>> layout.longShift);
    const before = words[head]!;
    words[record] = hash;
    words[record + 1] = literal;
    words[record + 2] = place | mark;
    words[record + 3] = entryOf(before);
    words[head] = entry | (before & ~entryMask) | tagOf(hash);
    const field = (layout.bits >> 2) + 2 * (hash >>> layout.bitShift);
    for (const bit of bitsOf(hash, lowerHashOfWord(bytes, word))) words[field + (bit >> 5)]! |= 1 << (bit & 31);
  }

  /** Where so many of `all` words in a row are rarest together. */
  function rarest(text: number, length: number, all: number, count: number): number {
    if (count >= all) return 0;
    // of one byte, two, four, eight in a row
    const costs = new Float64Array(memory, layout.costs, length);
    for (let at = 0; at < length; at++) costs[at] = rarity[bytes[text + at]!]!;
    for (let row = 1; row < wordBytes; row *= 2) {
      for (let at = 0; at + 2 * row <= length; at++) costs[at]! *= costs[at + row]!;
    }
    let sum = 0;
    for (let at = 0; at < count; at++) sum += costs[at]!;
    let best = 0;
    let least = sum;
    for (let at = 1; at + count <= all; at++) {
      sum += costs[at + count - 1]! - costs[at - 1]!;
      if (sum < least * 0.999) {
        least = sum;
        best = at;
      }
    }
    return best;
  }

  /** Those in which a line's end of so many bytes stands, before byte `cut` of the literal. */
  function addCutWords(literal: number, text: number, length: number, cut: number, lineEnd: number): void {
    const { costs } = layout;
    bytes.copyWithin(costs, text, text + cut);
    bytes[costs + cut] = 13;
    bytes[costs + cut + lineEnd - 1] = 10;
    bytes.copyWithin(costs + cut + lineEnd, text + cut, text + length);
    const [first, last] = cutWords(length, cut, lineEnd);
    for (let at = first; at <= last; at++) put(literal, costs + at, Math.min(at, cut), 0);
  }

  return (literal, text, length, windowBytes, wraps) => {
    const all = length - wordBytes + 1;
    if (windowBytes === 0) {
      // of a whole, thirteen in a row; of one that wraps so many that a line's end leaves thirteen before it or behind it
      const count = wraps ? Math.min(wrappedWords, all) : stride;
      const first = rarest(text, length, all, count);
      for (let at = first; at < first + count; at++) {
        put(literal, text + at, at, count === stride && at === first + stride - 1 ? lastWord : 0);
      }
    } else {
      // so many that any run of that length has thirteen in a row
      const cycle = wraps ? stride : windowBytes - wordBytes + 1 - stride + 1;
      for (let at = 0; at < all; at++) if (at % cycle < stride) put(literal, text + at, at, 0);
    }
    if (!wraps) return;
    for (const cut of cutsOf(length)) for (const lineEnd of [1, 2]) addCutWords(literal, text, length, cut, lineEnd);
  };
}

/** The head of a chain has the number of its first entry, and above it which of four tags there are in the chain: most of what is asked is none of them. */
const entryMask = 0x0fffffff;

export function entryOf(head: number): number {
  return head & entryMask;
}

export function tagOf(hash: number): number {
  return 0x10000000 << (hash & 3);
}

/** 2^64 by the golden ratio. */
const multiplierHigh = 0x9e3779b9;
const multiplierLow = 0x7f4a7c15;

/** Of eight bytes, upper and lower case as one. */
export function hashOfWord(bytes: Uint8Array, at: number): number {
  const low = fourOf(bytes, at);
  const high = fourOf(bytes, at + 4);
  // 64 bits times 64 bits, of which the upper half of the lower 64: each of its bits hangs on five bytes and more
  const a = low & 0xffff;
  const b = low >>> 16;
  const ab = a * (multiplierLow >>> 16);
  const ba = b * (multiplierLow & 0xffff);
  const carry = ((a * (multiplierLow & 0xffff)) >>> 16) + (ab & 0xffff) + (ba & 0xffff);
  const upper = b * (multiplierLow >>> 16) + (ab >>> 16) + (ba >>> 16) + (carry >>> 16);
  return (upper + Math.imul(low, multiplierHigh) + Math.imul(high, multiplierLow)) >>> 0;
}

/** The lower half of that product. */
export function lowerHashOfWord(bytes: Uint8Array, at: number): number {
  return Math.imul(fourOf(bytes, at), multiplierLow) >>> 0;
}

/** Which three of 64 bits stand for a word: by numbers of six bits each that have nothing to do with which 64 bits these are. */
export function bitsOf(upper: number, lower: number): [number, number, number] {
  return [((upper << 3) | (lower >>> 29)) & 63, (upper >>> 3) & 63, (upper >>> 9) & 63];
}

function fourOf(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24) | 0x20202020;
}
