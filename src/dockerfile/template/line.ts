import { parseLine } from "../command.ts";
import { findContinuation } from "../continuation.ts";
import type { HeredocWord } from "../heredoc.ts";
import { findKeyword } from "../keyword.ts";
import { decode, encode } from "../text.ts";
import { isBlank, skipSpace, skipTabs } from "../white-space.ts";
import { OPAQUE, partsOf, restorer, type Spelled, spell } from "./part.ts";
import { OUTSIDE, type State } from "./state.ts";
import { cell, cellsOf, type Draft } from "./trail.ts";

/** What the steps of a file share. */
export type Reading = {
  readonly text: string;
  readonly escapeToken: "\\" | "`";
  readonly drafts: Map<number, Draft>;
  /** The branch that is being read, 0 outside of all. */
  branch: number;
  /** So many bytes of instructions may still be read for their heredocs. */
  heredocBytes: number;
};

/** Text of one line, `from`…`to` without its line end, comes to the rendered line. */
export function addText(reading: Reading, state: State, from: number, to: number): State {
  if (from === to) return state;
  if (state.heredocs.length > 0) return matchTerminator(reading, state, from, to);
  if (state.line === "comment") return state;
  if (state.line === "text") return addToLine(reading, state, from, to);
  const { text } = reading;
  const first = skipSpace(text, from, to);
  if (first === to) return { ...state, lead: state.lead < 0 ? from : state.lead };
  if (text.charAt(first) === "#") return { ...state, line: "comment", lineStart: first };
  if (state.draft !== undefined) {
    const lead = state.lead >= 0 && state.lead < from ? state.lead : from;
    // blanks before a tag and text behind it: one blank is enough
    const opened = lead < from ? pushText(reading, state, lead, lead + 1) : state;
    return addToLine(reading, { ...opened, line: "text", lineStart: first }, from, to);
  }
  return addToLine(reading, beginDraft(reading, state, first), first, to);
}

function beginDraft(reading: Reading, state: State, start: number): State {
  let draft = reading.drafts.get(start);
  if (draft === undefined) {
    draft = { start, branch: reading.branch, hidden: false };
    reading.drafts.set(start, draft);
  }
  const trail = cell("begin", state.trail, draft, start, start);
  return { ...OUTSIDE, draft, word: "", line: "text", lineStart: start, trail };
}

function addToLine(reading: Reading, before: State, from: number, to: number): State {
  const { text, escapeToken } = reading;
  const onlyBlanks = text.slice(from, to).trim() === "";
  if (onlyBlanks && before.pending.length > 0) {
    return { ...before, pending: [...before.pending, { start: from, end: to }], escaped: false };
  }
  const continuation =
    before.escaped && text.charAt(from) === escapeToken && isLast(text, from, to)
      ? undefined
      : findContinuation(text, from, to, escapeToken);
  let state = flushPending(reading, before);
  state = readWord(state, text, from, continuation ?? to);
  state = pushText(reading, state, from, continuation ?? to);
  if (text.slice(from, to).includes("<<")) state = { ...state, openers: `${state.openers}${from},` };
  return {
    ...state,
    pending: continuation === undefined ? [] : [{ start: continuation, end: to }],
    escaped: text.charAt(to - 1) === escapeToken,
    onlyValues: state.onlyValues && onlyBlanks,
    softEnd: onlyBlanks ? state.softEnd : -1,
  };
}

// whether there are but blanks after the character
function isLast(text: string, at: number, to: number): boolean {
  return text.slice(at + 1, to).trim() === "";
}

function pushText(reading: Reading, state: State, start: number, end: number): State {
  if (start === end) return state;
  const trail = cell("text", state.trail, state.draft, start, end, { branch: reading.branch });
  return { ...state, trail, textEnd: end };
}

function flushPending(reading: Reading, state: State): State {
  let flushed = state;
  for (const { start, end } of state.pending) flushed = pushText(reading, flushed, start, end);
  return state.pending.length === 0 ? state : { ...flushed, pending: [] };
}

// longer than any keyword can be written
const LONGEST_WORD = 64;

function readWord(state: State, text: string, from: number, to: number): State {
  const { word, draft } = state;
  if (word === undefined || draft === undefined) return state;
  let end = from;
  while (end < to && !isBlank(text.charCodeAt(end))) end++;
  const grown = word + text.slice(from, Math.min(end, from + LONGEST_WORD));
  if (end === to && grown.length < LONGEST_WORD) return { ...state, word: grown };
  return finishWord(state, grown);
}

function finishWord(state: State, word: string): State {
  const impossible = !state.draft!.hidden && findKeyword(word) === undefined;
  return { ...state, word: undefined, impossible: state.impossible || impossible };
}

function matchTerminator(reading: Reading, before: State, from: number, to: number): State {
  const state = addContent(before, from, to);
  if (state.matched < 0) return state;
  const [word] = state.heredocs;
  const terminator = encode(word!.name);
  const start = word!.strip && state.matched === 0 ? skipTabs(reading.text, from, to) : from;
  const matches = terminator.startsWith(reading.text.slice(start, to), state.matched);
  return { ...state, matched: matches ? state.matched + to - start : -1, softEnd: -1 };
}

function addContent(state: State, from: number, to: number): State {
  if (from === to) return state;
  return { ...state, trail: cell("content", state.trail, state.draft, from, to) };
}

/** A value comes to the rendered line. It may give two states: a value can end in the escape character. */
export function addValue(reading: Reading, state: State, start: number, end: number): State[] {
  if (state.heredocs.length > 0) {
    // a terminator can be written by the same value that named it
    return [matchTerminator(reading, state, start, end)];
  }
  if (state.line === "comment") return [state];
  let next = state;
  if (state.draft === undefined) {
    next = beginDraft(reading, state, start);
    next.draft!.hidden = true;
    next = { ...next, word: undefined, onlyValues: true };
  } else if (state.line === "blank") {
    if (state.lead >= 0) next = pushText(reading, state, state.lead, state.lead + 1);
    next = { ...next, line: "text", lineStart: start };
  }
  next = flushPending(reading, next);
  if (next.word !== undefined) {
    next.draft!.hidden ||= findKeyword(next.word) === undefined;
    next = { ...next, word: undefined };
  }
  const trail = cell("value", next.trail, next.draft, start, end, { branch: reading.branch });
  next = { ...next, trail, textEnd: end, escaped: false, softEnd: -1 };
  if (!endsInEscape(reading.text.slice(start, end))) return [next];
  return [next, { ...next, pending: [{ start: end, end }] }];
}

// a literal in an expression that ends in a backslash: `{{ "a && \\" if x }}`
function endsInEscape(expression: string): boolean {
  return expression.includes("\\") && /\\\\[ \t]*["'`]/.test(expression);
}

/** Lines from elsewhere come where the tag stands: what their last line ends in is not known. */
export function addElsewhere(reading: Reading, state: State, start: number, end: number): State[] {
  return addValue(reading, state, start, end).flatMap((next) =>
    next.draft === undefined || next.onlyValues || next.heredocs.length > 0 || next.line === "comment"
      ? [next]
      : [next, { ...next, pending: [{ start: end, end }] }],
  );
}

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
  if (state.openers === "" || reading.heredocBytes < 0) return leave(state, "end", at);
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

/** Why no instruction begins at a place in this state; undefined where one can. */
export function whyNoBeginning(state: State, lineOf: (offset: number) => number): string | undefined {
  const { draft } = state;
  if (state.heredocs.length > 0) return `it may be in the heredoc of line ${lineOf(draft!.start)}`;
  if (state.line === "comment") return "its line may be a comment";
  if (draft === undefined) return undefined;
  if (state.line === "blank") return `it may continue the instruction of line ${lineOf(draft.start)}`;
  return draft.hidden
    ? "a value stands before it on its line"
    : `its line may begin with the instruction of line ${lineOf(draft.start)}`;
}
