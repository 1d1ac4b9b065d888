import { findKeyword } from "../keyword.ts";
import { isBlank } from "../white-space.ts";
import type { Reading } from "./reading.ts";
import { OUTSIDE, type State } from "./state.ts";
import { cell } from "./trail.ts";

/** An instruction, or what may be one, begins at `start`. */
export function beginDraft(reading: Reading, state: State, start: number): State {
  let draft = reading.drafts.get(start);
  if (draft === undefined) {
    draft = { start, branch: reading.branch, hidden: false };
    reading.drafts.set(start, draft);
  }
  const trail = cell("begin", state.trail, draft, start, start);
  return { ...OUTSIDE, draft, word: "", line: "text", lineStart: start, trail };
}

// longer than any keyword can be written
const LONGEST_WORD = 64;

/** The keyword goes on with a text. */
export function readWord(state: State, text: string, from: number, to: number): State {
  const { word, draft } = state;
  if (word === undefined || draft === undefined) return state;
  let end = from;
  while (end < to && !isBlank(text.charCodeAt(end))) end++;
  const grown = word + text.slice(from, Math.min(end, from + LONGEST_WORD));
  if (end === to && grown.length < LONGEST_WORD) return { ...state, word: grown };
  return finishWord(state, grown);
}

/** The keyword is whole: one that there is not makes the way impossible. */
export function finishWord(state: State, word: string): State {
  const impossible = !state.draft!.hidden && findKeyword(word) === undefined;
  return { ...state, word: undefined, impossible: state.impossible || impossible };
}

/** Why no instruction begins at a place in this state; undefined where one can. */
export function whyNoBeginning(state: State, lineOf: (offset: number) => number): string | undefined {
  const { draft } = state;
  if (state.heredocs.length > 0) return `it may be in the heredoc of line ${lineOf(draft!.start)}`;
  if (state.line === "comment") return "its line may be a comment";
  if (draft === undefined) return undefined;
  if (state.line === "blank")
    return `it may continue the instruction of line ${lineOf(draft.start)}, whose end depends on the template`;
  return draft.hidden
    ? "a value stands before it on its line"
    : `its line may begin with the instruction of line ${lineOf(draft.start)}`;
}
