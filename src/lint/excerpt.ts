import { decode } from "../dockerfile/text.ts";
import type { FilePlace } from "../finding/finding.ts";
import { hideLikely } from "../finding/hide-likely.ts";
import type { Positions } from "./position.ts";
import type { Problem } from "./rule.ts";

/** A line of the file for people, without values. It begins at column `from` of the line (from 1). */
export type Excerpt = { readonly text: string; readonly from: number };

/** So much of a long line is kept: before the finding and in all, in UTF-16 units. */
const KEPT_BEFORE = 200;
const KEPT = 600;
/** Around it is looked at too, so that no value is cut in two and overlooked. */
const MARGIN = 300;

export type Excerpts = (place: FilePlace) => Excerpt;

/**
 * Shows lines of one file (one character a byte). Starred out, unit for unit so that columns hold, is what the problems
 * say to hide, and whatever else looks like a value.
 */
export function createExcerpts(text: string, positions: Positions, problems: readonly Problem[]): Excerpts {
  const hidden = joined(problems.flatMap(({ hide = [] }) => hide));
  let last: { readonly line: number; readonly text: string } | undefined;
  return ({ line, column }) => {
    if (last?.line !== line) {
      const { start, end } = positions.line(line);
      last = { line, text: hideRanges(text, start, end, hidden) };
    }
    const from = Math.max(0, Math.min(column - 1 - KEPT_BEFORE, last.text.length - KEPT));
    const margin = Math.max(0, from - MARGIN);
    const shown = hideLikely(last.text.slice(margin, from + KEPT + MARGIN));
    return { text: shown.slice(from - margin, from - margin + KEPT), from: from + 1 };
  };
}

type Range = { readonly start: number; readonly end: number };

/** In order, without overlap. */
function joined(ranges: readonly Range[]): Range[] {
  const all: { start: number; end: number }[] = [];
  for (const { start, end } of ranges.toSorted((a, b) => a.start - b.start)) {
    const before = all.at(-1);
    if (before !== undefined && start <= before.end) before.end = Math.max(before.end, end);
    else all.push({ start, end });
  }
  return all;
}

function hideRanges(text: string, start: number, end: number, hidden: readonly Range[]): string {
  let low = 0;
  let high = hidden.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hidden[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  const parts: string[] = [];
  let at = start;
  for (; low < hidden.length && hidden[low]!.start < end; low++) {
    const from = Math.max(at, hidden[low]!.start);
    const to = Math.min(end, hidden[low]!.end);
    parts.push(decode(text.slice(at, from)), "*".repeat(decode(text.slice(from, to)).length));
    at = to;
  }
  return parts.join("") + decode(text.slice(at, end));
}
