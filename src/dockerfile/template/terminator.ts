import { encode } from "../text.ts";
import { skipTabs } from "../white-space.ts";
import type { Reading } from "./reading.ts";
import type { State } from "./state.ts";
import { cell } from "./trail.ts";

/** A text, or a value, comes to a line of a heredoc, which may be its terminator. */
export function matchTerminator(reading: Reading, before: State, from: number, to: number): State {
  const state = addContent(before, from, to);
  if (state.matched < 0) return state;
  const [word] = state.heredocs;
  const terminator = encode(word!.name);
  const start = word!.strip && state.matched === 0 ? skipTabs(reading.text, from, to) : from;
  const matches = terminator.startsWith(reading.text.slice(start, to), state.matched);
  return { ...state, matched: matches ? state.matched + to - start : -1, softEnd: -1 };
}

/** What a heredoc holds. */
export function addContent(state: State, from: number, to: number): State {
  if (from === to) return state;
  return { ...state, trail: cell("content", state.trail, state.draft, from, to) };
}
