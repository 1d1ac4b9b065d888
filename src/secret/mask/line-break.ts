/**
 * What may lie between two pieces of one value: a line's end, and what is in front of the next line: blanks, or the
 * `#5 0.312 ` of a build inside the build. A line's end can also be written `\n` (a wrapped value in a string).
 */

/** The text ends inside the break, or right after it. */
export const unfinished = -1;
export const noBreak = -2;

/** Longer, and it is no prefix but text. */
export const longestBreakBytes = 64;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const backslash = 0x5c;

/** Whether a break can begin with this byte. */
export function mayBreak(byte: number): boolean {
  return byte === lineFeed || byte === carriageReturn || byte === backslash;
}

/** Whether this byte can be in a break, behind its first. */
export function mayFollowBreak(byte: number): boolean {
  return byte <= 0x20 || byte === 0x23 || (byte >= 0x2e && byte <= 0x39) || byte === 0x6e || byte === 0x72;
}

/** Where the break that begins at `at` ends; `end` is where the text ends for now. */
export function breakAfter(text: Uint8Array, at: number, end: number): number {
  const byte = text[at];
  if (byte === backslash) {
    return writtenBreak(text, at, end);
  }
  if (byte !== lineFeed && byte !== carriageReturn) {
    return noBreak;
  }
  let i = at + 1;
  if (byte === carriageReturn) {
    if (i >= end) {
      return unfinished;
    }
    if (text[i] === lineFeed) {
      i++;
    }
  }
  return linePrefix(text, i, end, at + longestBreakBytes);
}

/** Where the break that ends at `at` begins, not before `from`. */
export function breakBefore(text: Uint8Array, at: number, from: number): number {
  const lowest = Math.max(from, at - longestBreakBytes);
  for (let i = at - 1; i >= lowest; i--) {
    if (mayBreak(text[i]!) && breakAfter(text, i, at + 1) === at) {
      return longestBreak(text, i, at, lowest);
    }
    if (text[i] === lineFeed) {
      break;
    }
  }
  return noBreak;
}

/** Of `\r\n`, and of `\r\n` spelt out, the end was found first. */
function longestBreak(text: Uint8Array, found: number, at: number, lowest: number): number {
  for (const i of [found - 2, found - 1]) {
    if (i >= lowest && breakAfter(text, i, at + 1) === at) {
      return i;
    }
  }
  return found;
}

/** `\n`, `\r\n` or `\r` spelt out. */
function writtenBreak(text: Uint8Array, at: number, end: number): number {
  if (at + 1 >= end) {
    return unfinished;
  }
  if (text[at + 1] === 0x6e) {
    return at + 2 >= end ? unfinished : at + 2;
  }
  if (text[at + 1] !== 0x72) {
    return noBreak;
  }
  if (at + 2 >= end) {
    return unfinished;
  }
  if (text[at + 2] !== backslash) {
    return at + 2;
  }
  if (at + 3 >= end) {
    return unfinished;
  }
  return text[at + 3] === 0x6e ? (at + 4 >= end ? unfinished : at + 4) : at + 2;
}

/** Blanks, and at most one `#5 0.312 ` among them. */
function linePrefix(text: Uint8Array, at: number, end: number, limit: number): number {
  let i = skipBlanks(text, at, end, limit);
  if (i < end && text[i] === 0x23) {
    const number = skipDigits(text, i + 1, end, limit);
    if (number === end) {
      return unfinished;
    }
    if (number > i + 1 && text[number] === 0x20) {
      const seconds = skipDigits(text, number + 1, end, limit);
      if (seconds === end) {
        return unfinished;
      }
      if (seconds > number + 1 && text[seconds] === 0x20) {
        i = skipBlanks(text, seconds, end, limit);
      }
    }
  }
  return i >= end ? unfinished : i;
}

function skipBlanks(text: Uint8Array, at: number, end: number, limit: number): number {
  let i = at;
  while (i < end && i < limit && (text[i] === 0x20 || text[i] === 0x09)) {
    i++;
  }
  return i;
}

/** Digits and points. */
function skipDigits(text: Uint8Array, at: number, end: number, limit: number): number {
  let i = at;
  while (i < end && i < limit && ((text[i]! >= 0x30 && text[i]! <= 0x39) || text[i] === 0x2e)) {
    i++;
  }
  return i;
}
