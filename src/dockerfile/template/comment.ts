import type { Comment, Instruction } from "../instruction.ts";
import { decode } from "../text.ts";
import { trimSpaceEnd } from "../white-space.ts";
import type { Lines } from "./lines.ts";
import type { Token } from "./token.ts";

/** The comment that begins at an offset; on some way its line ends at `lastEnd`. */
export function readComment(
  text: string,
  tokens: readonly Token[],
  start: number,
  lastEnd: number,
  lines: Lines,
): Comment {
  const newline = text.indexOf("\n", start);
  const end = Math.min(lastEnd, nextElse(tokens, start), newline < 0 ? text.length : newline);
  const shown = decode(text.slice(start, trimSpaceEnd(text, start, end)));
  return { kind: "comment", start, end, line: lines.lineOf(start), text: shown };
}

/** Where the next branch begins: a comment does not go on in it. */
function nextElse(tokens: readonly Token[], from: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tokens[middle]!.end <= from) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < Math.min(tokens.length, low + 50); index++) {
    const { kind, start } = tokens[index]!;
    if (kind === "else" || kind === "last-else") return start;
  }
  return Number.POSITIVE_INFINITY;
}

/** Gives each instruction the comments since the last one. */
export function placeComments(
  instructions: readonly Instruction[],
  comments: readonly Comment[],
): { readonly instructions: readonly Instruction[]; readonly trailingComments: readonly Comment[] } {
  let next = 0;
  const placed = instructions.map((instruction) => {
    const from = next;
    while (next < comments.length && comments[next]!.start < instruction.start) next++;
    return next === from ? instruction : { ...instruction, comments: comments.slice(from, next) };
  });
  return { instructions: placed, trailingComments: comments.slice(next) };
}
