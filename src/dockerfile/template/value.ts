import { findKeyword } from "../keyword.ts";
import { skipSpace } from "../white-space.ts";
import { beginDraft } from "./instruction-start.ts";
import { flushPending, pushText } from "./line.ts";
import { endLine } from "./line-end.ts";
import type { Reading } from "./reading.ts";
import { beginsWithKeyword } from "./stand.ts";
import type { State } from "./state.ts";
import { matchTerminator } from "./terminator.ts";
import { cell } from "./trail.ts";

/** A value comes to the rendered line. It may give more states: a value can end in the escape character, or end the line. */
export function addValue(reading: Reading, state: State, start: number, end: number): State[] {
  const expression = reading.text.slice(start, end);
  if (LINE_END.test(expression)) return endLine(reading, state, start, end);
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
  const states = [next];
  if (endsInEscape(expression)) states.push({ ...next, pending: [{ start: end, end }] });
  // a line end in it matters where an instruction follows on the line
  if (expression.includes("\\n") && beginsWithKeyword(reading.text, skipSpace(reading.text, end, end + 20), end + 40)) {
    states.push(...endLine(reading, next, end, end));
  }
  return states;
}

// `{{ "\n" }}`, where trim markers took the file's own line ends
const LINE_END = /^\{\{[-+~]?\s*(?:(["'`])(?:\\n|\r?\n)+\1|println)\s*[-+~]?\}\}$/;

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
