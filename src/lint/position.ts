import { decode } from "../dockerfile/text.ts";
import type { FilePlace } from "../finding/finding.ts";

/** From byte offsets of a file to lines and columns. */
export type Positions = {
  /** Ends exclusive; an end that would lie before the start's line end is taken as it is. */
  readonly place: (file: string, start: number, end: number) => FilePlace;
  /** The number, from 1, of the line that holds a byte. */
  readonly lineAt: (offset: number) => number;
  /** Where a line begins and ends, without its line end and, in the first line, without a byte order mark. */
  readonly line: (number: number) => { readonly start: number; readonly end: number };
};

/**
 * Finds the lines of a text (one character a byte) once, when the first place is asked for. Lines count from 1, and so
 * do columns, in UTF-16 units of what the bytes spell in UTF-8. A byte order mark takes no column: editors hide it.
 */
export function createPositions(text: string): Positions {
  let starts: readonly number[] | undefined;
  let isAscii: boolean | undefined;
  const lineStarts = () => {
    starts ??= startsOf(text);
    return starts;
  };
  // the places of one long line are asked for in order: each goes on where the last one stopped
  let known = { from: -1, offset: -1, column: 1 };

  function lineAt(offset: number): number {
    const all = lineStarts();
    let low = 0;
    let high = all.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (all[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  function line(number: number): { start: number; end: number } {
    const all = lineStarts();
    const index = Math.min(Math.max(number, 1), all.length) - 1;
    const start = all[index]!;
    let end = index + 1 < all.length ? all[index + 1]! - 1 : text.length;
    while (end > start && text.charCodeAt(end - 1) === 0x0d) end--;
    return { start: Math.min(start, end), end };
  }

  function columnAt(from: number, offset: number): number {
    isAscii ??= !/[\x80-\xff]/.test(text);
    if (offset <= from) return 1;
    if (isAscii) return offset - from + 1;
    const goesOn = known.from === from && known.offset <= offset;
    const at = goesOn ? known.offset : from;
    const column = (goesOn ? known.column : 1) + decode(text.slice(at, offset)).length;
    known = { from, offset, column };
    return column;
  }

  return {
    place(file, start, end) {
      const first = lineAt(start);
      const column = columnAt(line(first).start, start);
      const last = end <= start ? first : lineAt(end);
      return {
        file,
        line: first,
        column,
        endLine: last,
        endColumn: end <= start ? column : columnAt(line(last).start, end),
      };
    },
    lineAt,
    line,
  };
}

function startsOf(text: string): number[] {
  const starts = [text.startsWith("\xEF\xBB\xBF") ? 3 : 0];
  for (let newline = text.indexOf("\n"); newline >= 0; newline = text.indexOf("\n", newline + 1)) {
    starts.push(newline + 1);
  }
  return starts;
}
