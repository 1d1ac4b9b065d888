/**
 * An instruction's lines joined as BuildKit joins them: without continuation characters, comments and empty lines.
 * One character a byte. `starts[i]` is where the i-th piece begins in `text`, `sources[i]` where it is in the file.
 */
export type LogicalLine = {
  readonly text: string;
  readonly starts: readonly number[];
  readonly sources: readonly number[];
};

/** The offset in the file of the character at `index`. */
export function sourceOffset(line: LogicalLine, index: number): number {
  let low = 0;
  let high = line.starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (line.starts[middle]! <= index) low = middle;
    else high = middle - 1;
  }
  return line.sources[low]! + index - line.starts[low]!;
}

/** The offset in the file right after the character before `index`: on that character's own line. */
export function sourceEnd(line: LogicalLine, index: number): number {
  return index === 0 ? sourceOffset(line, 0) : sourceOffset(line, index - 1) + 1;
}
