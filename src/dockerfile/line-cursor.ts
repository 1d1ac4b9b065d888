/** The longest line that BuildKit reads, in bytes without the newline (bufio.MaxScanTokenSize - 1). */
export const LONGEST_LINE_BYTES = 65_535;

/**
 * Walks over the lines of a text. After `nextLine` gave true, `start`…`end` is the line without its line end
 * (all CR and LF at its end), `next` is where the following one begins, and `line` counts from 1.
 */
export type LineCursor = {
  readonly text: string;
  line: number;
  start: number;
  end: number;
  next: number;
  /** The line at `next` is longer than BuildKit reads: nothing after it is read. */
  tooLong: boolean;
};

export function createLineCursor(text: string): LineCursor {
  return { text, line: 0, start: 0, end: 0, next: 0, tooLong: false };
}

export function nextLine(cursor: LineCursor): boolean {
  const { text, next } = cursor;
  if (next >= text.length || cursor.tooLong) return false;
  const newline = text.indexOf("\n", next);
  const lineEnd = newline < 0 ? text.length : newline;
  if (lineEnd - next > LONGEST_LINE_BYTES) {
    cursor.tooLong = true;
    return false;
  }
  let end = lineEnd;
  while (end > next && text.charCodeAt(end - 1) === 0x0d) end--;
  cursor.line++;
  cursor.start = next;
  cursor.end = end;
  cursor.next = newline < 0 ? lineEnd : newline + 1;
  return true;
}
