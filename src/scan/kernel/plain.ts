import { afterLineEnd, beforeLineEnd, outOfLineEnd } from "./line-end.ts";
import { hashOf, keyOfFour, keyOfThree, type Layout, wrapsMark } from "./tables.ts";
import { isLetter } from "./teddy.ts";
import { bitsOf, entryOf, hashOfWord, lowerHashOfWord, tagOf } from "./words.ts";

/**
 * Looks at the bytes from address `first` to `last` for literals that lie between `from` and `to`. Calls that join are each a
 * multiple of `blockBytes` long but the last: then each is met once. Gives how many were met; the first `mostFound` of
 * them can be asked for.
 */
export type Scan = (from: number, to: number, first: number, last: number) => number;

/** `assembly/kernel.ts` in JavaScript: what it is compared with in tests, and what runs where there is no SIMD. */
export function createPlainScan(memory: ArrayBufferLike, layout: Layout): Scan {
  const bytes = new Uint8Array(memory);
  const view = new DataView(memory);
  const table = bytes.subarray(layout.teddy, layout.teddy + 128);
  let from = 0;
  let to = 0;
  let count = 0;
  let caseBit = 0;

  /** Which buckets know these four bytes. */
  function bucketsAt(at: number): number {
    let buckets = 0xff;
    for (let index = 0; index < 4; index++) {
      const byte = bytes[at + index]!;
      buckets &= table[index * 32 + (byte & 15)]! & table[index * 32 + 16 + (byte >> 4)]!;
    }
    return buckets;
  }

  function lookShort(at: number): void {
    const key = keyOfThree(bytes, at);
    const word = keyOfFour(bytes, at);
    const head = layout.shortHeads + 4 * (hashOf(key) >>> layout.shortShift);
    check(at, (known) => known === word || known === key, view.getUint32(head, true), 0);
  }

  function lookLong(at: number, skip: number): void {
    const hash = hashOfWord(bytes, at);
    const field = layout.bits + 8 * (hash >>> layout.bitShift);
    const marks = bitsOf(hash, lowerHashOfWord(bytes, at));
    if (!marks.every((bit) => ((bytes[field + (bit >> 3)]! >> (bit & 7)) & 1) === 1)) return;
    const head = view.getUint32(layout.longHeads + 4 * (hash >>> layout.longShift), true);
    if ((head & tagOf(hash)) !== 0) check(at, (known) => known === hash, entryOf(head), skip);
  }

  function check(at: number, isMeant: (key: number) => boolean, first: number, skip: number): void {
    for (let entry = first; entry !== 0; entry = view.getUint32(layout.entries + 16 * entry + 12, true)) {
      const record = layout.entries + 16 * entry;
      if (!isMeant(view.getUint32(record, true))) continue;
      const marked = view.getUint32(record + 8, true);
      if ((marked & skip) !== 0) continue;
      const place = marked & 0x7fffffff;
      const literal = view.getUint32(record + 4, true);
      const description = layout.literals + 16 * literal;
      const enough = view.getUint32(description + 12, true);
      if (isThere(at, place, description, enough)) report(at, literal, place);
    }
  }

  function isThere(at: number, place: number, description: number, enough: number): boolean {
    if (enough >= wrapsMark) return isWrapped(at, place, description, enough - wrapsMark);
    return enough === 0 ? isWhole(at, place, description) : isRun(at, place, description, enough);
  }

  function isWhole(at: number, place: number, description: number): boolean {
    const begin = at - place;
    const length = view.getUint32(description, true);
    if (begin < from || begin + length > to) return false;
    const wanted = view.getUint32(description + 4, true);
    caseBit = view.getUint32(description + 8, true);
    for (let i = 0; i < length; i++) if (!isSame(bytes[begin + i]!, wanted, i)) return false;
    return true;
  }

  function isSame(byte: number, wanted: number, index: number): boolean {
    const own = bytes[wanted + index]!;
    const difference = own ^ byte;
    return difference === 0 || (difference === caseBit && isLetter(own));
  }

  function isRun(at: number, place: number, description: number, enough: number): boolean {
    const length = view.getUint32(description, true);
    const wanted = view.getUint32(description + 4, true);
    caseBit = view.getUint32(description + 8, true);
    const before = Math.min(place, enough, at - from);
    let begin = 0;
    while (begin < before && isSame(bytes[at - begin - 1]!, wanted, place - begin - 1)) begin++;
    const after = Math.min(length - place, to - at);
    let end = 0;
    while (begin + end < enough && end < after && isSame(bytes[at + end]!, wanted, place + end)) end++;
    return begin + end >= enough && end >= 4;
  }

  function isWrapped(at: number, place: number, description: number, enough: number): boolean {
    const length = view.getUint32(description, true);
    const wanted = view.getUint32(description + 4, true);
    caseBit = view.getUint32(description + 8, true);
    let begin = place;
    for (let end = outOfLineEnd(bytes, from, at); begin > 0 && place - begin < enough; begin--) {
      const index = begin - 1;
      end = beforeLineEnd(bytes, from, end, (byte) => isSame(byte, wanted, index));
      if (end === -1) break;
    }
    let end = place;
    for (let next = at; end < length && (end - begin < enough || end - place < 4); end++) {
      const index = end;
      next = afterLineEnd(bytes, to, next, (byte) => isSame(byte, wanted, index));
      if (next === -1) break;
    }
    return end - begin >= enough && end - place >= 4;
  }

  function report(at: number, literal: number, place: number): void {
    if (count < layout.mostFound) {
      const into = layout.found + 12 * count;
      view.setUint32(into, at, true);
      view.setUint32(into + 4, literal, true);
      view.setUint32(into + 8, place, true);
    }
    count++;
  }

  return (start, end, first, last) => {
    from = start;
    to = end;
    count = 0;
    for (let block = first; block < last; block += 64) {
      for (let at = block - 3; at < Math.min(block + 61, last - 3); at++) if (bucketsAt(at) !== 0) lookShort(at);
      if (layout.bitShift === 0) continue;
      lookLong(block, 0x80000000);
      for (let at = block + 13; at < block + 64; at += 13) lookLong(at, 0);
    }
    return count;
  };
}
