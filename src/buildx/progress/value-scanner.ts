/** Finds the end of a JSON object in a stream, without reading what is in it. */
export type ValueScanner = {
  /** The next byte to be scanned is the `{` of a new value. */
  readonly begin: () => void;
  /**
   * Scans from `at` on. `end` is behind the value where it is whole; where it turned out to be none, it is the byte
   * that cannot stand there; where the chunk is used up, it is the chunk's end.
   */
  readonly scan: (chunk: Uint8Array, at: number) => { end: number; verdict: "whole" | "no value" | "unfinished" };
};

const quote = 0x22;
const backslash = 0x5c;
const lineFeed = 0x0a;

/** What can stand outside of strings. */
const structure = new Uint8Array(256);
for (const char of ' \t\r\n{}[],:"0123456789+-.eEtrufalsn') {
  structure[char.charCodeAt(0)] = 1;
}

export function createValueScanner(): ValueScanner {
  let depth = 0;
  let isInString = false;
  /** Whether the next byte of the string is escaped. */
  let isEscaped = false;
  /** The last byte outside of strings that is no blank, and whether a line began behind it. */
  let isBehindOpenBrace = false;
  let isLineStart = false;

  /** Behind the quote that ends the string, or -1 where none does before `limit`. */
  function stringEnd(chunk: Uint8Array, at: number, limit: number): number {
    for (let end = chunk.indexOf(quote, at); end >= 0 && end < limit; end = chunk.indexOf(quote, end + 1)) {
      if (!isEscapedAt(chunk, at, end)) {
        isEscaped = false;
        return end + 1;
      }
    }
    isEscaped = isEscapedAt(chunk, at, limit);
    return -1;
  }

  /** Whether the backslashes before `at`, back to `from`, leave it escaped. */
  function isEscapedAt(chunk: Uint8Array, from: number, at: number): boolean {
    let i = at;
    while (i > from && chunk[i - 1] === backslash) {
      i--;
    }
    const isOdd = (at - i) % 2 === 1;
    return i === from && isEscaped ? !isOdd : isOdd;
  }

  /** Garbage must not swallow what comes behind it: no value goes on so. */
  function canStand(byte: number): boolean {
    const isBlank = byte <= 0x20;
    const isClosing = byte === 0x7d || byte === 0x5d;
    return (
      structure[byte] === 1 &&
      (!isBehindOpenBrace || isBlank || byte === quote || byte === 0x7d) &&
      // Only the brace that closes a value stands at a line's very beginning.
      (!isLineStart || isBlank || isClosing)
    );
  }

  return {
    begin() {
      depth = 0;
      isInString = false;
      isEscaped = false;
      isBehindOpenBrace = false;
      isLineStart = false;
    },
    scan(chunk, at) {
      let i = at;
      let lineEnd = -1;
      while (i < chunk.length) {
        if (isInString) {
          if (lineEnd < i) {
            const next = chunk.indexOf(lineFeed, i);
            lineEnd = next < 0 ? chunk.length : next;
          }
          const end = stringEnd(chunk, i, lineEnd);
          if (end < 0) {
            // A string goes on in the next chunk, but never on the next line.
            return { end: lineEnd, verdict: lineEnd === chunk.length ? "unfinished" : "no value" };
          }
          isInString = false;
          i = end;
          continue;
        }
        const byte = chunk[i]!;
        if (!canStand(byte)) {
          return { end: i, verdict: "no value" };
        }
        i++;
        isBehindOpenBrace = byte === 0x7b || (isBehindOpenBrace && byte <= 0x20);
        isLineStart = byte === lineFeed;
        if (byte === quote) {
          isInString = true;
        } else if (byte === 0x7b || byte === 0x5b) {
          depth++;
        } else if (byte === 0x7d || byte === 0x5d) {
          depth--;
          if (depth === 0) {
            return { end: i, verdict: "whole" };
          }
        }
      }
      return { end: i, verdict: "unfinished" };
    },
  };
}
