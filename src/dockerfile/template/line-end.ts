import { parseLine } from "../command.ts";
import type { HeredocWord } from "../heredoc.ts";
import { decode, encode } from "../text.ts";
import { finishWord } from "./instruction-start.ts";
import { OPAQUE, partsOf, restorer, type Spelled, spell } from "./part.ts";
import type { Reading } from "./reading.ts";
import { OUTSIDE, type State } from "./state.ts";
import { addContent } from "./terminator.ts";
import { cell, cellsOf } from "./trail.ts";

/** The rendered line ends at `at`; the next one begins at `next`. It may give two states, for a hidden instruction. */
export function endLine(reading: Reading, state: State, at: number, next: number): State[] {
  if (state.heredocs.length > 0) return [endHeredocLine(state, at, next)];
  const blank = { line: "blank", lineStart: -1, lead: -1, softEnd: -1, escaped: false } as const;
  const { draft } = state;
  if (draft === undefined) {
    if (state.line !== "comment") return [{ ...state, ...blank }];
    const trail = cell("comment", state.trail, undefined, state.lineStart, at);
    return [{ ...state, ...blank, trail }];
  }
  if (state.line !== "text") return [{ ...state, ...blank }];
  if (state.onlyValues) return [leave(state, "unseen", at)];
  if (state.pending.length > 0) {
    const goesOn = { ...state, ...blank, pending: [] };
    // what begins with a value may be a comment, which nothing continues
    return draft.hidden ? [goesOn, leave(state, "unseen", at)] : [goesOn];
  }
  return [endInstruction(reading, state, at, next)];
}

function leave(state: State, what: "unseen" | "end", at: number): State {
  const line = state.softEnd >= 0 ? state.softEnd : at;
  return { ...OUTSIDE, impossible: state.impossible, trail: cell(what, state.trail, state.draft, line, state.textEnd) };
}

function endHeredocLine(state: State, at: number, next: number): State {
  const [word, ...rest] = state.heredocs;
  if (state.matched !== encode(word!.name).length) return addContent({ ...state, matched: 0 }, at, next);
  const trail = cell("heredoc", state.trail, state.draft, state.contentStart, at, { word: word! });
  const ended: State = { ...state, trail, matched: 0, contentStart: next, heredocs: rest, textEnd: at };
  return rest.length > 0 ? ended : leave(ended, "end", at);
}

function endInstruction(reading: Reading, before: State, at: number, next: number): State {
  const state = before.word === undefined ? before : finishWord(before, before.word);
  if (state.draft!.hidden) return leave(state, "unseen", at);
  if (state.openers === 0 || reading.heredocBytes < 0) return leave(state, "end", at);
  const parts = partsOf(cellsOf([state.trail], state.draft), state.draft!);
  const spelled = spell(reading.text, parts);
  reading.heredocBytes -= spelled.shown.length;
  const parsed = parseLine(spelled.logical, reading.escapeToken);
  if (!parsed.ok || parsed.heredocs.length === 0) return leave(state, "end", at);
  const line = { line: "blank", lineStart: -1, lead: -1, softEnd: -1, pending: [], escaped: false } as const;
  return { ...state, ...line, heredocs: namesShown(parsed.heredocs, spelled), contentStart: next, matched: 0 };
}

// a name that a value gives ends where the same value stands
function namesShown(words: readonly HeredocWord[], spelled: Spelled): readonly HeredocWord[] {
  if (!words.some(({ name }) => name.includes(OPAQUE))) return words;
  const first = spelled.logical.text.indexOf("<<");
  const restore = restorer(spelled)(first);
  return words.map((word) => ({ ...word, name: decode(restore(encode(word.name))) }));
}

/** The file ends. undefined: no Dockerfile ends so, for a heredoc is not terminated. */
export function endFile(reading: Reading, state: State): State[] {
  const { length } = reading.text;
  return endLine(reading, state, length, length).flatMap((ended) => {
    if (ended.heredocs.length > 0) return [];
    if (ended.draft === undefined) return [ended];
    const word = ended.word === undefined ? ended : finishWord(ended, ended.word);
    return [leave(word, word.draft!.hidden ? "unseen" : "end", length)];
  });
}
