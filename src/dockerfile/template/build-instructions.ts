import type { Instruction } from "../instruction.ts";
import { refused } from "../refusal.ts";
import { buildCommand } from "./build.ts";
import type { Collected, Collection } from "./collect.ts";
import type { Head } from "./head.ts";
import type { Interpretation } from "./interpretation.ts";
import type { Lines } from "./lines.ts";
import type { Problem } from "./problem.ts";
import { createTagFinder } from "./spans-at.ts";
import type { TemplateSpan } from "./template.ts";

export type BuiltFile = {
  readonly instructions: readonly Instruction[];
  readonly uncertain: readonly { readonly start: number; readonly why: string }[];
  readonly problem: Problem | undefined;
};

/** The instructions that the ways hold, with the steps that may be none apart. */
export function buildInstructions(
  text: string,
  name: string,
  head: Head,
  ways: Interpretation,
  collection: Collection,
  spans: readonly TemplateSpan[],
  lines: Lines,
): BuiltFile {
  const hasTags = createTagFinder(spans);
  const separators = [...new Set(ways.separators)].sort((a, b) => a - b);
  const instructions: Instruction[] = [];
  const uncertain = [...ways.uncertain];
  let problem: Problem | undefined;
  for (const one of collection.instructions) {
    const { draft } = one;
    const built = buildCommand(text, head.escape, one, separators);
    if (!built.ok) {
      problem ??= { at: draft.start, error: refused(name, lines.lineOf(draft.start), built.problem) };
      continue;
    }
    const { command, logical } = built;
    const { keywordEnd } = command.inner ?? command;
    const isBroken = command.known === undefined && beginsWithRun(text, draft.start);
    const isStep = command.known === "RUN" || command.inner?.known === "RUN" || isBroken;
    const whyNot =
      collection.whyNot.get(draft.start) ??
      collection.whyNot.get(command.keywordStart) ??
      (isBroken || hasTags(draft.start, keywordEnd) ? "tags of the template stand in its keyword" : undefined);
    if (isStep && whyNot !== undefined) {
      uncertain.push({ start: isBroken ? draft.start : command.keywordStart, why: whyNot });
      continue;
    }
    const { end, ending } = endOf(text, one);
    // what may be no instruction is in a branch of its own
    const branch = whyNot !== undefined ? -lines.lineOf(draft.start) : draft.branch === 0 ? undefined : draft.branch;
    instructions.push({
      ...command,
      kind: "instruction",
      start: draft.start,
      end,
      line: lines.lineOf(draft.start),
      endLine: lines.lineOf(end),
      logical,
      comments: [],
      ending,
      ...(branch === undefined ? {} : { branch }),
      emptyContinuation: hasEmptyLine(text, draft.start, command.heredocs[0]?.contentStart ?? end + 1),
    });
  }
  uncertain.sort((a, b) => a.start - b.start);
  return {
    instructions,
    uncertain: uncertain.filter(({ start }, index) => uncertain[index - 1]?.start !== start),
    problem,
  };
}

// then a tag, or what it glues to the word, makes another word of it on some way
function beginsWithRun(text: string, start: number): boolean {
  return /^(?:RUN|ONBUILD)(?!\w)/i.test(text.slice(start, start + 8));
}

/**
 * Where an instruction ends. Its end is known where all ways end it at one line end, or after the same text: a trim
 * marker may take away the one line end or the other.
 */
function endOf(
  text: string,
  { draft, ends }: Collected,
): { readonly end: number; readonly ending: "known" | "unknown" } {
  const lineEnds = new Set(ends.map(({ start }) => start));
  const textEnds = new Set(ends.map(({ end }) => end));
  let end = draft.start;
  for (const at of lineEnds.size > 1 && textEnds.size === 1 ? textEnds : lineEnds) end = Math.max(end, at);
  if (end === text.length) {
    // the last line's own end is no part of it
    if (text.charAt(end - 1) === "\n") end--;
    while (end > draft.start && text.charAt(end - 1) === "\r") end--;
  }
  return { end, ending: lineEnds.size <= 1 || textEnds.size <= 1 ? "known" : "unknown" };
}

function hasEmptyLine(text: string, start: number, end: number): boolean {
  return /\n[ \t\r]*\n/.test(text.slice(start, end));
}
