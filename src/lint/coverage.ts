import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { type Comment, commentsAbove } from "../dockerfile/instruction.ts";
import { parseSuppression, type Suppression } from "./suppression.ts";

/** A suppressing comment (its bytes in the file) and the bytes that it covers; none where it stands in a wrong place. */
export type Coverage = {
  readonly suppression: Suppression;
  readonly start: number;
  readonly end: number;
  readonly covers: { readonly from: number; readonly to: number } | undefined;
  /** Why it covers nothing. */
  readonly why: string | undefined;
  /** It reads as if it suppressed something, and is not spelt so. */
  readonly misspelt?: true;
};

/** No suppressing comment is without it. */
export const MARK = "buildseal:";

/** The suppressing comments of a Dockerfile: each covers the instruction right below it, and the comments between. */
export function coverageOf(dockerfile: Dockerfile): Coverage[] {
  const { text, instructions, trailingComments } = dockerfile;
  if (!text.includes(MARK)) return [];
  const found: Coverage[] = [];
  const add = (comment: Comment, covers: Coverage["covers"], why: string | undefined) => {
    const suppression = parseSuppression(text.slice(comment.start, comment.end));
    if (suppression !== undefined) {
      found.push({ suppression, start: comment.start, end: comment.end, covers, why });
    }
  };
  for (const instruction of instructions) {
    if (instruction.comments.length === 0) continue;
    const above = commentsAbove(instruction);
    const covers = above[0] === undefined ? undefined : { from: above[0].start, to: instruction.end };
    for (const comment of instruction.comments) {
      if (comment.line >= (above[0]?.line ?? Number.POSITIVE_INFINITY)) add(comment, covers, undefined);
      else add(comment, undefined, "an empty line stands between it and the instruction below");
    }
  }
  for (const comment of trailingComments) add(comment, undefined, "there is no instruction below it");
  return [...found, ...insideInstructions(dockerfile)].sort((a, b) => a.start - b.start);
}

/** Comment lines in a continued instruction are no part of it for BuildKit, and none for us. */
function insideInstructions({ text, instructions }: Dockerfile): Coverage[] {
  const found: Coverage[] = [];
  let at = 0;
  for (let mark = text.indexOf(MARK); mark >= 0; mark = text.indexOf(MARK, mark + MARK.length)) {
    while (at < instructions.length && instructions[at]!.end < mark) at++;
    const instruction = instructions[at];
    if (instruction === undefined || instruction.start > mark) continue;
    if (instruction.heredocs.some(({ contentStart, end }) => contentStart <= mark && mark < end)) continue;
    const start = text.lastIndexOf("\n", mark) + 1;
    const newline = text.indexOf("\n", mark);
    const end = newline < 0 ? text.length : newline;
    const suppression = parseSuppression(text.slice(start, end));
    if (suppression === undefined) continue;
    const indent = /^\s*/.exec(text.slice(start, end))![0].length;
    const why = "it stands inside an instruction: it belongs above its first line";
    found.push({ suppression: shifted(suppression, -indent), start: start + indent, end, covers: undefined, why });
  }
  return found;
}

/** With the places of its rules counted from elsewhere. */
export function shifted(suppression: Suppression, by: number): Suppression {
  const rules = suppression.rules.map(({ id, start, end }) => ({ id, start: start + by, end: end + by }));
  return { ...suppression, rules };
}
