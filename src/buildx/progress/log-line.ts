import { breakCommands, uncutLength } from "../terminal/break-commands.ts";

/** What one piece of output adds to the lines of a step. */
export type LogLines = {
  readonly lines: readonly string[];
  /** The first line goes on with the last one that was given. */
  readonly continues: boolean;
  /** The last line goes on: more of it comes with the next lines. */
  readonly open: boolean;
};

/**
 * Makes lines of a stream's bytes, without what CI runners would obey. Of a line that was written over (`\r`) the last state
 * counts. A line without an end is given in pieces, so that it needs no memory.
 */
export type LineAssembler = {
  readonly push: (bytes: Uint8Array) => LogLines;
  readonly end: () => LogLines;
  /** The line that has no end yet, as far as it was not given. */
  readonly partial: () => string;
};

const longestPendingLength = 16 * 1024;
const reset = "\x1b[0m";

export function createLineAssembler(): LineAssembler {
  let rest = "";
  let isOpen = false;

  function give(lines: readonly string[], open: boolean): LogLines {
    const continues = isOpen;
    isOpen = lines.length === 0 ? isOpen : open;
    return { lines, continues: continues && lines.length > 0, open };
  }

  return {
    push(bytes) {
      const text = rest + Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
      const lines = finished(breakCommands(text).split("\n"));
      rest = lines.pop()!;
      if (rest.length <= longestPendingLength) {
        return give(lines, false);
      }
      const length = uncutLength(rest);
      // A line of 16 KB that is nothing but the beginning of a command may end here.
      const piece = length === 0 ? rest : rest.slice(0, length);
      rest = length === 0 ? "" : rest.slice(length);
      return give([...lines, piece], length > 0);
    },
    end() {
      const lines = rest === "" ? [] : [lastState(rest)];
      rest = "";
      return give(lines, false);
    },
    partial: () => lastState(rest),
  };
}

/** All but the last are whole lines: of each the last state, with no colour left on behind it. */
function finished(lines: string[]): string[] {
  const last = lines.length - 1;
  for (let i = 0; i < last; i++) {
    const line = lastState(lines[i]!);
    lines[i] = line.includes("\x1b") && !line.endsWith(reset) ? line + reset : line;
  }
  const rest = lines[last]!;
  // A line end may still come for the last `\r`.
  lines[last] = rest.includes("\r") ? lastState(rest) + (rest.endsWith("\r") ? "\r" : "") : rest;
  return lines;
}

function lastState(line: string): string {
  if (!line.includes("\r")) {
    return line;
  }
  return line.split("\r").findLast((state) => state !== "") ?? "";
}
