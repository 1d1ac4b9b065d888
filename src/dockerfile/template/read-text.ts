import { skipSpace } from "../white-space.ts";
import { whyNoBeginning } from "./instruction-start.ts";
import { addText } from "./line.ts";
import { endLine } from "./line-end.ts";
import { beginsWithKeyword, isOpen, standsAlone } from "./stand.ts";
import type { State } from "./state.ts";
import type { Token } from "./token.ts";
import { cell } from "./trail.ts";
import { settle, type Ways } from "./ways.ts";

/** A text comes to all ways, line by line. */
export function readText(ways: Ways, { start, end }: Token): void {
  const { text } = ways;
  // a byte order mark is no part of the first line
  let at = start === 0 && text.startsWith("\xEF\xBB\xBF") ? 3 : start;
  while (at < end && ways.stop === undefined) {
    const newline = text.indexOf("\n", at);
    const isWhole = newline >= 0 && newline < end;
    let lineEnd = isWhole ? newline : end;
    if (isWhole) while (lineEnd > at && text.charCodeAt(lineEnd - 1) === 0x0d) lineEnd--;
    readLine(ways, at, lineEnd, isWhole ? newline + 1 : undefined);
    at = isWhole ? newline + 1 : end;
  }
}

/** A part of a line that is text; `next`: the line ends after it. */
function readLine(ways: Ways, from: number, to: number, next: number | undefined): void {
  const { reading } = ways;
  const before = ways.states;
  let states: readonly State[] = before.map((state) => addText(reading, state, from, to));
  if (states.length > 1 || ways.loops > 0) states = noteNotBegun(ways, before, states, from, to);
  if (before.some(({ onlyValues, draft }) => onlyValues && draft?.hidden)) noteHiddenRun(ways, from, to);
  if (next !== undefined) states = states.flatMap((state) => endLine(reading, state, to, next));
  ways.states = settle(ways, states);
}

/** Notes on each way on which an instruction could begin here, and does not, that it does not. */
function noteNotBegun(
  ways: Ways,
  before: readonly State[],
  after: readonly State[],
  from: number,
  to: number,
): readonly State[] {
  const start = skipSpace(ways.text, from, to);
  if (start === to || !beginsWithKeyword(ways.text, start, to)) return after;
  return after.map((state, way) => {
    if (before[way]!.draft === undefined && state.draft !== undefined) return state;
    const why = whyNoBeginning(before[way]!, ways.lineOf) ?? "";
    return { ...state, trail: cell("not-begun", state.trail, before[way]!.draft, start, start, { why }) };
  });
}

function noteHiddenRun(ways: Ways, from: number, to: number): void {
  const start = skipSpace(ways.text, from, to);
  if (/^RUN[ \t\\]/i.test(ways.text.slice(start, Math.min(to, start + 4)))) {
    ways.uncertain.push({ start, why: "a value stands before it on its line" });
  }
}

/** The line ends here, or the engine takes the line end away and the next line comes to this one. */
export function readSoftNewline(ways: Ways, { start, end }: Token): void {
  const { reading } = ways;
  const states = ways.states.flatMap((state) => {
    const ended = endLine(reading, state, start, end);
    return isOpen(state) && !standsAlone(ways.text, state, end) ? [...ended, { ...state, softEnd: start }] : ended;
  });
  ways.states = settle(ways, states);
}
