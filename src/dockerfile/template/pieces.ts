import type { Directive } from "../directive.ts";
import type { Piece } from "../dockerfile.ts";
import type { Comment, Instruction } from "../instruction.ts";
import { skipSpace } from "../white-space.ts";
import type { Lines } from "./lines.ts";

/**
 * The parts of a template, whole lines each: an instruction reaches to the next one at most; lines with nothing but
 * tags, or with what is not known, are of the kind template. From `readUntil` on nothing was read.
 */
export function layPieces(
  text: string,
  lines: Lines,
  found: {
    readonly directives: readonly Directive[];
    readonly comments: readonly Comment[];
    readonly instructions: readonly Instruction[];
  },
  readUntil: number,
): Piece[] {
  const pieces: Piece[] = [];
  const marks = [
    ...found.directives.map(({ start, end }) => ({ kind: "directive" as const, start, end })),
    ...found.comments.map(({ start, end }) => ({ kind: "comment" as const, start, end })),
    ...found.instructions.map(({ start, end }) => ({ kind: "instruction" as const, start, end })),
  ].sort((a, b) => a.start - b.start);
  let at = 0;
  if (text.startsWith("\xEF\xBB\xBF")) {
    pieces.push({ kind: "byte-order-mark", start: 0, end: 3 });
    at = 3;
  }
  for (const [index, { kind, start, end }] of marks.entries()) {
    if (start < at) continue;
    const from = Math.max(at, lines.startOf(start));
    fill(from);
    const following = marks[index + 1];
    const limit = following === undefined ? text.length : lines.startOf(following.start);
    const last = Math.max(lines.nextOf(start), Math.min(lines.nextOf(end), limit));
    pieces.push({ kind, start: at, end: Math.min(last, readUntil) });
    at = Math.min(last, readUntil);
  }
  fill(readUntil);
  // nothing may be read of the first line, which then begins behind a byte order mark
  if (at < text.length) pieces.push({ kind: "unread", start: at, end: text.length });
  return pieces;

  // lines that are blank, and lines that the template fills
  function fill(to: number): void {
    while (at < to) {
      const next = Math.min(lines.nextOf(at), to);
      const kind = skipSpace(text, at, next) === next ? "blank" : "template";
      const last = pieces.at(-1);
      if (last?.kind === kind) pieces[pieces.length - 1] = { kind, start: last.start, end: next };
      else pieces.push({ kind, start: at, end: next });
      at = next;
    }
  }
}
