import type { LogicalLine } from "../logical-line.ts";
import { isBlank } from "../white-space.ts";
import type { Cell, Draft } from "./trail.ts";

/** What a byte of a value, or of text that a condition chooses, is to the parser: a letter that means nothing. */
export const OPAQUE = "\x7f";

/**
 * A part of an instruction's text: as it is in the file, a value that the template puts there, or a blank of ours
 * between two branches (it stands for the tag at `start`).
 */
export type Part = {
  readonly kind: "text" | "value" | "blank";
  readonly start: number;
  readonly end: number;
  readonly branch: number;
};

/** The parts of an instruction that its cells hold, in the order of the file, each once. */
export function partsOf(cells: Iterable<Cell>, draft: Draft): Part[] {
  const byStart = new Map<number, Part>();
  for (const { what, draft: own, start, end, branch } of cells) {
    if (own !== draft || (what !== "text" && what !== "value")) continue;
    // a loop's next round can go on with an instruction before its own beginning, where no line can be written
    if (start < draft.start) continue;
    const other = byStart.get(start);
    // ways that meet within a line can hold a longer and a shorter part from one place on
    if (other === undefined || other.end < end) byStart.set(start, { kind: what, start, end, branch });
  }
  const parts = [...byStart.values()].sort((a, b) => a.start - b.start);
  let last = 0;
  return parts.flatMap((part) => {
    if (part.end <= last) return [];
    const start = Math.max(part.start, last);
    last = part.end;
    return [{ ...part, start }];
  });
}

/** Texts of two branches that would run into each other get a blank between them. */
export function separate(text: string, parts: readonly Part[], separators: readonly number[]): Part[] {
  const separated: Part[] = [];
  let index = lowerBound(separators, parts[0]?.start ?? 0);
  for (const part of parts) {
    const before = separated.at(-1);
    let at = -1;
    while (index < separators.length && separators[index]! < part.start) at = separators[index++]!;
    if (before !== undefined && at >= before.end && !isWhite(text, before.end - 1) && !isWhite(text, part.start)) {
      separated.push({ kind: "blank", start: at, end: at + 1, branch: part.branch });
    }
    separated.push(part);
  }
  return separated;
}

/** The branches that the parts between two places are in; the parts are in the order of the file. */
export function branchesIn(parts: readonly Part[], start: number, end: number): Set<number> {
  const branches = new Set<number>();
  let low = 0;
  let high = parts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (parts[middle]!.end <= start) low = middle + 1;
    else high = middle;
  }
  for (; low < parts.length && parts[low]!.start < end; low++) branches.add(parts[low]!.branch);
  return branches;
}

function isWhite(text: string, at: number): boolean {
  return isBlank(text.charCodeAt(at));
}

function lowerBound(sorted: readonly number[], wanted: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Parts joined: as the parser is to see them, and (at the same places) as they are in the file. */
export type Spelled = { readonly logical: LogicalLine; readonly shown: string };

const WORD_CHARACTERS = /[A-Za-z0-9_./]/g;

/** The parts as one line: opaque ones as letters that mean nothing, of `soft` ones the words too. */
export function spell(
  text: string,
  parts: readonly Part[],
  opaque: (part: Part) => boolean = isValue,
  soft: (part: Part) => boolean = () => false,
): Spelled {
  const pieces: string[] = [];
  const shown: string[] = [];
  const starts: number[] = [];
  const sources: number[] = [];
  let length = 0;
  for (const part of parts) {
    const own = part.kind === "blank" ? " " : text.slice(part.start, part.end);
    if (own === "") continue;
    pieces.push(opaque(part) ? OPAQUE.repeat(own.length) : soft(part) ? own.replace(WORD_CHARACTERS, OPAQUE) : own);
    shown.push(own);
    starts.push(length);
    sources.push(part.start);
    length += own.length;
  }
  if (starts.length === 0) {
    starts.push(0);
    sources.push(parts[0]?.start ?? 0);
  }
  return { logical: { text: pieces.join(""), starts, sources }, shown: shown.join("") };
}

export function isValue(part: Part): boolean {
  return part.kind === "value";
}

/** Gives the source's own text for opaque letters, from an offset of the line on; they come in the line's order. */
export function restorer({ logical, shown }: Spelled): (offset: number) => (text: string) => string {
  const runs = [...logical.text.matchAll(/\x7f+/g)].map(({ index, 0: run }) => ({
    index,
    text: shown.slice(index, index + run.length),
  }));
  return (offset) => {
    let next = runs.findIndex(({ index }) => index >= offset);
    return (text) => (next < 0 ? text : text.replace(/\x7f+/g, (run) => runs[next++]?.text ?? run));
  };
}
