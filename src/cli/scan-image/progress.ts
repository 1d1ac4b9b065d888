import { hideLikely } from "../../finding/hide-likely.ts";
import { megabytes, plural } from "../../report/amount.ts";
import { columnsOf, printable } from "../../report/printable.ts";
import type { ScanStats } from "../../scan/image-scan.ts";
import type { Machine } from "../machine.ts";

/** A line on the terminal that says how far the scan is. */
export type Progress = {
  readonly show: (stats: ScanStats, reading: () => string) => void;
  /** Takes the line away: what is said next stands there. */
  readonly wipe: () => void;
};

/** Who waits for less than this needs no progress. */
const quietMs = 400;
const redrawMs = 100;
const clearLine = "\r\x1b[2K";

/** Nothing where stderr is no terminal that a line can be redrawn on. */
export function openProgress({ environment }: Pick<Machine, "environment">): Progress | undefined {
  const { stderr } = process;
  if (stderr.isTTY !== true || environment["TERM"] === "dumb") return undefined;
  return createProgress({
    columns: () => stderr.columns || 80,
    write: (text) => void stderr.write(text),
    now: () => performance.now(),
  });
}

export type ProgressScreen = {
  readonly columns: () => number;
  readonly write: (text: string) => void;
  /** In milliseconds. */
  readonly now: () => number;
};

export function createProgress({ columns, write, now }: ProgressScreen): Progress {
  const began = now();
  let drawn = began + quietMs - redrawMs;
  let isShown = false;
  return {
    show: (stats, reading) => {
      const at = now();
      if (at - drawn < redrawMs) return;
      drawn = at;
      isShown = true;
      write(clearLine + progressLine(stats, at - began, columns(), hideLikely(reading())));
    },
    wipe: () => {
      if (isShown) write(clearLine);
      isShown = false;
    },
  };
}

/** Never as wide as the terminal: a line that breaks could not be redrawn. */
function progressLine({ bytes, files, layers }: ScanStats, ms: number, columns: number, reading: string): string {
  const rate = ms < 1 ? 0 : (bytes / ms) * 1000;
  const parts = [
    megabytes(bytes),
    `${megabytes(rate)}/s`,
    ...(layers === 0 ? [] : [plural(layers, "layer")]),
    plural(files, "file"),
  ];
  const head = `scanning  ${parts.join(", ")}`;
  const room = columns - 1 - columnsOf(head) - 2;
  return room < 12 || reading === "" ? cut(head, columns - 1) : `${head}  ${endOf(printable(reading), room)}`;
}

function cut(text: string, columns: number): string {
  return text.length <= columns ? text : text.slice(0, Math.max(0, columns));
}

/** Of a path its end says most. */
function endOf(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let kept = "";
  let width = 1;
  for (const character of [...text].reverse()) {
    width += columnsOf(character);
    if (width > columns) break;
    kept = character + kept;
  }
  return `…${kept}`;
}
