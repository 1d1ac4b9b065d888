/** So many bytes are a word: of fewer, those of escapes (`\u00`) would be in every needle and in many files. */
export const wordBytes = 8;
/** From this length on a literal is met by its words: thirteen in a row. */
export const longBytes = 20;
/** The search looks at one place in so many. */
export const stride = 13;
/** The words of a literal that wraps: of forty bytes, one half of which is in one line. */
export const wrappedWords = 2 * longBytes - wordBytes + 1;

/** How many words a long literal is met by; `windowBytes`: the fewest bytes of a run of it, left out where only the whole counts. */
export function countWords(length: number, windowBytes: number | undefined, wraps: boolean): number {
  const all = length - wordBytes + 1;
  const cut = wraps ? countCutWords(length) : 0;
  if (windowBytes === undefined) return cut + (wraps ? Math.min(wrappedWords, all) : stride);
  const cycle = wraps ? stride : windowBytes - wordBytes + 1 - stride + 1;
  return cut + Math.floor(all / cycle) * Math.min(stride, cycle) + Math.min(all % cycle, stride);
}

/**
 * Where a line's end leaves two pieces of a literal that are both too short to be met by: before which of its bytes. Words in which
 * the line's end stands are put down, too.
 */
export function cutsOf(length: number): number[] {
  const first = Math.max(1, length - longBytes + 1);
  const end = Math.min(longBytes, length);
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
}

/** The first and the last place at which such a word begins, in a text with a line's end of so many bytes before byte `cut`. */
export function cutWords(length: number, cut: number, lineEnd: number): [first: number, last: number] {
  return [Math.max(0, cut - wordBytes + 1), Math.min(cut + lineEnd - 1, length + lineEnd - wordBytes)];
}

function countCutWords(length: number): number {
  let count = 0;
  for (const cut of cutsOf(length)) {
    for (const lineEnd of [1, 2]) {
      const [first, last] = cutWords(length, cut, lineEnd);
      count += last - first + 1;
    }
  }
  return count;
}
