/** Where the byte before `at`, or before the line's end that stands there, begins, if it is one that is wanted; else -1. */
export function beforeLineEnd(
  bytes: Uint8Array,
  from: number,
  at: number,
  isWanted: (byte: number) => boolean,
): number {
  if (at > from && isWanted(bytes[at - 1]!)) return at - 1;
  if (at <= from || bytes[at - 1] !== 10) return -1;
  const before = at - 2 >= from && bytes[at - 2] === 13 ? at - 2 : at - 1;
  return before > from && isWanted(bytes[before - 1]!) ? before - 1 : -1;
}

/** Where the byte at `at`, or behind the line's end that stands there, ends, if it is one that is wanted; else -1. */
export function afterLineEnd(bytes: Uint8Array, to: number, at: number, isWanted: (byte: number) => boolean): number {
  if (at < to && isWanted(bytes[at]!)) return at + 1;
  const lineFeed = at < to && bytes[at] === 13 ? at + 1 : at;
  if (lineFeed >= to || bytes[lineFeed] !== 10) return -1;
  return lineFeed + 1 < to && isWanted(bytes[lineFeed + 1]!) ? lineFeed + 2 : -1;
}

/** A word may begin in the middle of a line's end: where that one begins. */
export function outOfLineEnd(bytes: Uint8Array, from: number, at: number): number {
  return at > from && bytes[at] === 10 && bytes[at - 1] === 13 ? at - 1 : at;
}

export function countLineEnds(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  const part = bytes.subarray(from, to);
  for (let i = part.indexOf(10); i !== -1; i = part.indexOf(10, i + 1)) count++;
  return count;
}
