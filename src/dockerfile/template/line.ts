import { findContinuation } from "../continuation.ts";
import { skipSpace } from "../white-space.ts";
import { beginDraft, readWord } from "./instruction-start.ts";
import type { Reading } from "./reading.ts";
import type { State } from "./state.ts";
import { matchTerminator } from "./terminator.ts";
import { cell } from "./trail.ts";

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

function addToLine(reading: Reading, before: State, from: number, to: number): State {
  const { text, escapeToken } = reading;
  const onlyBlanks = text.slice(from, to).trim() === "";
  if (onlyBlanks && before.pending.length > 0) {
    // more blanks between tags make no other word
    const pending = before.pending.length < 16 ? [...before.pending, { start: from, end: to }] : before.pending;
    return { ...before, pending, escaped: false };
  }
  const continuation =
    before.escaped && text.charAt(from) === escapeToken && isLast(text, from, to)
      ? undefined
      : findContinuation(text, from, to, escapeToken);
  let state = flushPending(reading, before);
  state = readWord(state, text, from, continuation ?? to);
  state = pushText(reading, state, from, continuation ?? to);
  if (text.slice(from, to).includes("<<")) state = { ...state, openers: addOpener(reading, state.openers, from) };
  return {
    ...state,
    pending: continuation === undefined ? [] : [{ start: continuation, end: to }],
    escaped: text.charAt(to - 1) === escapeToken,
    onlyValues: state.onlyValues && onlyBlanks,
    softEnd: onlyBlanks ? state.softEnd : -1,
  };
}

function addOpener(reading: Reading, openers: number, at: number): number {
  const key = `${openers} ${at}`;
  const number = reading.openers.get(key) ?? reading.openers.size + 1;
  reading.openers.set(key, number);
  return number;
}

// whether there are but blanks after the character
function isLast(text: string, at: number, to: number): boolean {
  return text.slice(at + 1, to).trim() === "";
}

/** A part of the instruction's text. */
export function pushText(reading: Reading, state: State, start: number, end: number): State {
  if (start === end) return state;
  const trail = cell("text", state.trail, state.draft, start, end, { branch: reading.branch });
  return { ...state, trail, textEnd: end };
}

/** What seemed to be the line's end is text, for more of the line comes. */
export function flushPending(reading: Reading, state: State): State {
  let flushed = state;
  for (const { start, end } of state.pending) flushed = pushText(reading, flushed, start, end);
  return state.pending.length === 0 ? state : { ...flushed, pending: [] };
}
