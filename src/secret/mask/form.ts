import type { Needle } from "../needle.ts";
import { createGramTable, type GramTable, hashOfEight, hashOfFour, wordAt } from "./gram-table.ts";

/** A needle as it lies in the store: its bytes are `bytes[start, end)`. */
export type Form = {
  readonly order: number;
  readonly start: number;
  readonly end: number;
  readonly needle: Needle;
  /** The shortest run that counts, or 0 where only the whole does. */
  readonly windowBytes: number;
  /** A piece that goes on behind a line's end, or comes from before one, is at least this long. */
  readonly shortestPiece: number;
  /** How far a run is followed to the left of the place where it was found; over a line's end only if it is far. */
  readonly longestLeft: number;
};

/**
 * All forms of all secrets, and where each of their grams stands.
 *
 * A text is looked at every 4 bytes. Forms from 24 bytes up are found by grams of 8: any 11 bytes of one hold a looked-at
 * gram. Shorter ones are found by grams of 4 (7 bytes). Of forms in which every byte is escaped each window has a gram for
 * each way in which it can lie on the stride, and few more are kept: there are many of them, and they are long. So it is with
 * the forms of a file of 64 KB and more; a part of one that does not begin with its beginning can show some bytes before it is recognised.
 */
export type FormStore = {
  readonly add: (needles: readonly Needle[]) => void;
  readonly isEmpty: () => boolean;
  readonly bytes: () => Uint8Array;
  readonly formAt: (place: number) => Form;
  readonly long: GramTable;
  readonly short: GramTable;
  /** Whether the 8 bytes before `end` may stand in a form whose grams are not all in `long`. Wrong answers are "yes" only. */
  readonly mayBeSparse: (text: Uint8Array, end: number) => boolean;
};

export const strideBytes = 4;
export const longGramBytes = 8;
export const shortGramBytes = 4;
/**
 * What repeats itself within so many bytes is no secret there: its grams are left out. A text that repeats it too would be
 * compared with every place of it, from every place.
 */
const longestPeriodBytes = 8;
/** Of a gram that stands in more places of one form only the first ones are kept, for the same reason. */
const mostPlaces = 2;
/** The same where a stretch has no other: of doubled digits nearly all that is escaped repeats itself at once. */
const mostPlacesAtNeed = 3;
/** Forms shorter than this lie in the short table. */
const longFormBytes = 24;
/** A form this long is that of a file. */
const bigFormBytes = 64 * 1024;
/** Of one, this much is found wherever it is cut out: a line of wrapped base64. */
const bigStretchBytes = 64;
/** The looked-at gram of an escaped form is not further from a run's beginning, but where the value repeats itself. */
export const longestLeftBytes = 80;
/** … and then not further than this. */
const furthestLeftBytes = 400;
/** From this spread on every byte of the value is escaped, and only some grams are kept. */
const sparseSpread = 3;

export function createFormStore(): FormStore {
  let bytes = new Uint8Array(1 << 14);
  let used = 0;
  const forms: Form[] = [];
  const long = createGramTable();
  const short = createGramTable();
  /** Hashes of grams of which not every place is kept. */
  const repeating = new Set<number>();
  let hasEscapes = false;

  function reserve(length: number): void {
    if (used + length > bytes.length) {
      const larger = new Uint8Array(2 ** Math.ceil(Math.log2(used + length)));
      larger.set(bytes);
      bytes = larger;
    }
  }

  /** How far from a run's beginning the looked-at gram of the form may be. */
  function addLong(start: number, end: number, stretch: number | undefined): number {
    if (stretch === undefined) {
      for (let place = start; place + longGramBytes <= end; place++) addGram(place, start, end);
      return 0;
    }
    const sparse = end - start >= bigFormBytes ? start + bigStretchBytes : start;
    for (let place = start; place < sparse; place++) addGram(place, start, end);
    let furthest = 0;
    for (let phase = 0; phase < strideBytes; phase++) {
      furthest = Math.max(furthest, addSparse(sparse, phase, start, end, stretch));
    }
    return furthest;
  }

  /**
   * Of the places from `from` on, on one phase of the stride, as few as there may be for every stretch to hold one whole
   * gram. What repeats itself is passed over. Gives the furthest that such a gram is from where a stretch can begin.
   */
  function addSparse(from: number, phase: number, start: number, end: number, stretch: number): number {
    const lastIn = (before: number): number =>
      from + phase + Math.floor((before - longGramBytes - from - phase) / strideBytes) * strideBytes;
    let furthest = 0;
    let last = from - 1;
    while (last + 1 + stretch <= end) {
      const latest = lastIn(last + 1 + stretch);
      const latestThat = (fits: (place: number) => boolean): number | undefined => {
        let place = latest;
        while (place > last && !fits(place)) place -= strideBytes;
        return place > last ? place : undefined;
      };
      let place =
        latestThat((each) => isTelling(each, start, end)) ??
        latestThat((each) => isTellingAtNeed(each, start, end, stretch));
      if (place === undefined) {
        place = latest + strideBytes;
        while (place + longGramBytes <= end && !isTelling(place, start, end)) place += strideBytes;
        if (place + longGramBytes > end) break;
      }
      long.add(hashAt(place), place);
      furthest = Math.max(furthest, place - last - 1);
      last = place;
    }
    return furthest;
  }

  function addGram(place: number, start: number, end: number): void {
    const hash = hashAt(place);
    if (isTelling(place, start, end)) long.add(hash, place);
    else repeating.add(hash);
  }

  /** Whether the gram at `place` neither repeats itself right there nor is kept often enough already. */
  function isTelling(place: number, start: number, end: number): boolean {
    return !isPeriodic(place, start, end) && placesSince(long, hashAt(place), start) < mostPlaces;
  }

  /** The same where nothing better is near: it may repeat itself, but not on and on. */
  function isTellingAtNeed(place: number, start: number, end: number, stretch: number): boolean {
    if (placesSince(long, hashAt(place), start) >= mostPlacesAtNeed) return false;
    for (let shift = 1; shift <= longestPeriodBytes; shift++) {
      if (repetitionAt(place, shift, start, end, 2 * stretch) >= 2 * stretch) return false;
    }
    return true;
  }

  /** How many bytes around the gram at `place` repeat themselves after so many; it need not be known beyond `most`. */
  function repetitionAt(place: number, shift: number, start: number, end: number, most: number): number {
    let first = place;
    while (first > start && place - first < most && bytes[first - 1] === bytes[first - 1 + shift]) first--;
    let last = place;
    while (last + shift < end && last - place < most && bytes[last] === bytes[last + shift]) last++;
    return last + shift - first;
  }

  function hashAt(place: number): number {
    return hashOfEight(wordAt(bytes, place), wordAt(bytes, place + 4));
  }

  /** Whether the gram at `place` stands again a few bytes before or behind it. */
  function isPeriodic(place: number, start: number, end: number): boolean {
    for (let shift = 1; shift <= longestPeriodBytes; shift++) {
      const isBehind = place + shift + longGramBytes <= end && sameGram(place, place + shift);
      if (isBehind || (place - shift >= start && sameGram(place, place - shift))) {
        return true;
      }
    }
    return false;
  }

  function sameGram(one: number, other: number): boolean {
    for (let i = 0; i < longGramBytes; i++) {
      if (bytes[one + i] !== bytes[other + i]) {
        return false;
      }
    }
    return true;
  }

  function addShort(start: number, end: number): number {
    for (let place = start; place + shortGramBytes <= end; place++) {
      short.add(hashOfFour(wordAt(bytes, place)), place);
    }
    return 0;
  }

  function add(needle: Needle): void {
    const { length } = needle.encoded.bytes;
    const isLong = length >= longFormBytes;
    const isBig = length >= bigFormBytes;
    const windowBytes = needle.windows ? needle.windowBytes : 0;
    const isEscaped = needle.encoded.spread >= sparseSpread && windowBytes > 0;
    bytes.set(needle.encoded.bytes, used);
    const start = used;
    used += length;
    hasEscapes ||= isEscaped && isLong;
    const stretch = isEscaped ? windowBytes : isBig ? bigStretchBytes : undefined;
    const furthest = isLong ? addLong(start, used, stretch) : addShort(start, used);
    forms.push({
      order: forms.length,
      start,
      end: used,
      needle,
      windowBytes,
      shortestPiece: isLong ? longGramBytes : shortGramBytes,
      longestLeft: isBig ? longGramBytes - 1 : Math.min(Math.max(longestLeftBytes, furthest), furthestLeftBytes),
    });
  }

  return {
    add(needles) {
      reserve(needles.reduce((sum, { encoded }) => sum + encoded.bytes.length, 0));
      needles.forEach(add);
    },
    isEmpty: () => forms.length === 0,
    bytes: () => bytes,
    formAt(place) {
      let low = 0;
      let high = forms.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if (forms[middle]!.start <= place) {
          low = middle;
        } else {
          high = middle - 1;
        }
      }
      return forms[low]!;
    },
    long,
    short,
    mayBeSparse(text, end) {
      if (repeating.has(hashOfEight(wordAt(text, end - 8), wordAt(text, end - 4)))) {
        return true;
      }
      return hasEscapes && holdsEscape(text, end - longGramBytes, end);
    },
  };
}

/** How many places from `start` on are kept of a gram; the newest come first. */
function placesSince(table: GramTable, hash: number, start: number): number {
  let count = 0;
  for (let entry = table.first(hash); entry !== 0 && table.place(entry) >= start; entry = table.after(entry)) {
    count++;
  }
  return count;
}

/** Whether these bytes look like a part of a text in which every byte is escaped: any 8 of one hold a `%4`, `\\x`, `&#` or `1;`. */
function holdsEscape(text: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 1 < end; i++) {
    const byte = text[i]!;
    const next = text[i + 1]!;
    if (
      (byte === 0x25 && isHexDigit(next)) ||
      (byte === 0x5c && (isHexDigit(next) || next === 0x75 || next === 0x78)) ||
      (byte === 0x26 && next === 0x23) ||
      (next === 0x3b && isHexDigit(byte))
    ) {
      return true;
    }
  }
  return false;
}

function isHexDigit(byte: number): boolean {
  return (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
