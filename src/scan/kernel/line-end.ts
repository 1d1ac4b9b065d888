/** Where the byte before `at`, or before the line's end that stands there, begins, if it is this one; else -1. */
export function beforeLineEnd(bytes: Uint8Array, from: number, at: number, byte: number): number {
  if (at > from && bytes[at - 1] === byte) return at - 1;
  if (at <= from || bytes[at - 1] !== 10) return -1;
  const before = at - 2 >= from && bytes[at - 2] === 13 ? at - 2 : at - 1;
  return before > from && bytes[before - 1] === byte ? before - 1 : -1;
}

/** Where the byte at `at`, or behind the line's end that stands there, ends, if it is this one; else -1. */
export function afterLineEnd(bytes: Uint8Array, to: number, at: number, byte: number): number {
  if (at < to && bytes[at] === byte) return at + 1;
  const lineFeed = at < to && bytes[at] === 13 ? at + 1 : at;
  if (lineFeed >= to || bytes[lineFeed] !== 10) return -1;
  return lineFeed + 1 < to && bytes[lineFeed + 1] === byte ? lineFeed + 2 : -1;
}
