import { findKeyword } from "../keyword.ts";
import { encode } from "../text.ts";
import { isBlank, skipSpace, skipTabs } from "../white-space.ts";
import type { State } from "./state.ts";

/**
 * Whether the line at an offset is one of its own by what it says: nobody means an instruction, a comment or a
 * heredoc's end to be glued to the end of the line before it.
 */
export function standsAlone(text: string, state: State, from: number): boolean {
  const newline = text.indexOf("\n", from);
  let end = newline < 0 ? text.length : newline;
  while (end > from && text.charCodeAt(end - 1) === 0x0d) end--;
  const [heredoc] = state.heredocs;
  if (heredoc !== undefined) {
    const terminator = encode(heredoc.name);
    if (state.matched === terminator.length) return true;
    return text.slice(skipTabs(text, from, end), end) === terminator;
  }
  const first = skipSpace(text, from, end);
  if (first === end || text.charAt(first) === "#") return true;
  return beginsWithKeyword(text, first, end);
}

// longer than any keyword can be written
const LONGEST_WORD = 20;

/** Whether the text from `start` on begins with the keyword of an instruction. */
export function beginsWithKeyword(text: string, start: number, end: number): boolean {
  let last = start;
  while (last < end && last - start < LONGEST_WORD && !isBlank(text.charCodeAt(last))) last++;
  // `RUN\` goes on in the next line
  const isContinued = /[\\`]/.test(text.charAt(last - 1)) && skipSpace(text, last, end) === end;
  return findKeyword(text.slice(start, isContinued ? last - 1 : last)) !== undefined;
}

/** Whether the next line can come to this one: nobody means it to where the line ends in a continuation character. */
export function isOpen({ line, heredocs, matched, pending }: State): boolean {
  return heredocs.length > 0 ? matched !== 0 : line !== "blank" && pending.length === 0;
}
