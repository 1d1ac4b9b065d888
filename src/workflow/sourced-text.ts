import type { LogicalLine } from "../dockerfile/index.ts";
import { sourceOffset } from "../dockerfile/index.ts";

/** How a text is written in its file, which says what may be put into it. `raw`: as it is. */
export type Writing = "plain" | "single" | "double" | "literal" | "folded" | "raw";

/**
 * A text as a program will get it, and where each piece of it stands in the file. One character a byte, so that
 * offsets in both count bytes.
 */
export type SourcedText = LogicalLine & {
  /** Where it is in the file, with its quotes or block header. */
  readonly start: number;
  readonly end: number;
  readonly writing: Writing;
  /** Where each piece ends in the file: an escape is longer there than what it stands for. None: all are as long. */
  readonly ends?: readonly number[];
};

export type Span = { readonly start: number; readonly end: number };

/** A stretch of the file as it stands. */
export function rawText(text: string, start: number, end: number, writing: Writing = "raw"): SourcedText {
  return { text: text.slice(start, end), starts: [0], sources: [start], start, end, writing };
}

/** Where `from`…`to` of the text stands in the file. */
export function placeOf(sourced: SourcedText, from: number, to: number): Span {
  const start = sourceOffset(sourced, from);
  return { start, end: to > from ? endOf(sourced, to) : start };
}

/** Where what stands before `to` ends in the file. */
function endOf(sourced: SourcedText, to: number): number {
  const { starts, ends, text } = sourced;
  const piece = firstAfter(starts, to - 1) - 1;
  const end = to === (starts[piece + 1] ?? text.length) ? ends?.[piece] : undefined;
  return end ?? sourceOffset(sourced, to - 1) + 1;
}

/** A part of a text, with its places. */
export function sliceText(sourced: SourcedText, from: number, to: number): SourcedText {
  const first = firstAfter(sourced.starts, from);
  const next = Math.max(first, firstAfter(sourced.starts, to - 1));
  const { start, end } = placeOf(sourced, from, to);
  const ends = sourced.ends && to > from ? [...sourced.ends.slice(first - 1, next - 1), end] : undefined;
  return {
    text: sourced.text.slice(from, to),
    starts: [0, ...sourced.starts.slice(first, next).map((at) => at - from)],
    sources: [start, ...sourced.sources.slice(first, next)],
    ...(ends && { ends }),
    start,
    end,
    writing: sourced.writing,
  };
}

/** Its lines without their ends, none of them empty or of blanks only; blanks around each left out. */
export function linesOf(sourced: SourcedText): SourcedText[] {
  const lines: SourcedText[] = [];
  let from = 0;
  while (from <= sourced.text.length) {
    const newline = sourced.text.indexOf("\n", from);
    const to = newline < 0 ? sourced.text.length : newline;
    let first = from;
    let last = to;
    while (first < last && isBlank(sourced.text.charCodeAt(first))) first++;
    while (last > first && isBlank(sourced.text.charCodeAt(last - 1))) last--;
    if (last > first) lines.push(sliceText(sourced, first, last));
    from = to + 1;
  }
  return lines;
}

/** Collects a text piece by piece. */
export function textBuilder(): {
  /** `text` stands at `source`, character for character; or as something that is `length` long there. */
  readonly add: (text: string, source: number, length?: number) => void;
  readonly build: (start: number, end: number, writing: Writing) => SourcedText;
} {
  const parts: string[] = [];
  const starts: number[] = [];
  const sources: number[] = [];
  const ends: number[] = [];
  let total = 0;
  return {
    add: (text, source, length = text.length) => {
      if (text === "") return;
      parts.push(text);
      starts.push(total);
      sources.push(source);
      ends.push(source + length);
      total += text.length;
    },
    build: (start, end, writing) => ({
      text: parts.join(""),
      starts: starts.length === 0 ? [0] : starts,
      sources: sources.length === 0 ? [start] : sources,
      ...(ends.length > 0 && { ends }),
      start,
      end,
      writing,
    }),
  };
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}

/** The first index whose number is more than `value`. */
function firstAfter(numbers: readonly number[], value: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
