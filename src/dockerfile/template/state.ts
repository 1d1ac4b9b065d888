import type { HeredocWord } from "../heredoc.ts";
import { type Cell, type Draft, joinTrails } from "./trail.ts";

/**
 * Where the rendering is on one way through the template. It never changes: every step gives a new one.
 */
export type State = {
  /** The instruction in progress. */
  readonly draft: Draft | undefined;
  /** Its keyword so far, while more of it may come. */
  readonly word: string | undefined;
  /** What the rendered line is so far. */
  readonly line: "blank" | "comment" | "text";
  /** Where the line's text, or its #, begins; -1 while it is blank. */
  readonly lineStart: number;
  /** Blanks at the line's start, a part of it once text follows. */
  readonly lead: number;
  /** The continuation character that the line ends in so far, with the blanks after it. */
  readonly pending: readonly { readonly start: number; readonly end: number }[];
  /** The last character was an escape character. */
  readonly escaped: boolean;
  /** After the last text of the instruction. */
  readonly textEnd: number;
  /** The line's end was here if nothing more comes: a line end that the engine may take away. */
  readonly softEnd: number;
  /** Of the line of a hidden instruction: only values so far. */
  readonly onlyValues: boolean;
  /** A number for where the instruction's `<<` are, 0 for none: ways with others are not joined. */
  readonly openers: number;
  /** The heredocs that are still to end, the first of them is being read. */
  readonly heredocs: readonly HeredocWord[];
  /** How much of its terminator the line is so far; -1: it is another line. */
  readonly matched: number;
  readonly contentStart: number;
  /** A line begins with no instruction: this way is impossible, while another lives. */
  readonly impossible: boolean;
  readonly trail: Cell | undefined;
};

export const OUTSIDE: State = {
  draft: undefined,
  word: undefined,
  line: "blank",
  lineStart: -1,
  lead: -1,
  pending: [],
  escaped: false,
  textEnd: -1,
  softEnd: -1,
  onlyValues: false,
  openers: 0,
  heredocs: [],
  matched: 0,
  contentStart: -1,
  impossible: false,
  trail: undefined,
};

/** Joins the states that are alike in all that decides how they go on. */
export function mergeStates(states: readonly State[]): readonly State[] {
  if (states.length < 2) return states;
  const byKey = new Map<string, State>();
  for (const state of states) {
    const key = keyOf(state);
    const other = byKey.get(key);
    if (other === undefined) byKey.set(key, state);
    else if (other !== state) {
      const textEnd = Math.max(other.textEnd, state.textEnd);
      byKey.set(key, { ...other, textEnd, trail: joinTrails(other.trail, state.trail) });
    }
  }
  return [...byKey.values()];
}

/** What decides how a state goes on. */
export function keyOf(state: State): string {
  const { draft, word, line, pending, escaped, softEnd, onlyValues, openers, heredocs, matched } = state;
  const about = [
    draft?.start,
    word,
    line,
    line === "comment" ? state.lineStart : "",
    pending[0]?.start,
    escaped,
    softEnd,
    onlyValues,
    openers,
    heredocs.length,
    matched,
    state.contentStart,
    state.impossible,
  ];
  return about.join(" ");
}
