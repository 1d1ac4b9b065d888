import type { Dockerfile } from "../dockerfile.ts";
import { type DockerfileError, dockerfileError } from "../dockerfile-error.ts";
import type { Comment, Instruction } from "../instruction.ts";
import { LONGEST_LINE_BYTES } from "../line-cursor.ts";
import { scanDockerfile } from "../read.ts";
import { noInstructions, otherEscape, refused, repeatedDirective, tooLong } from "../refusal.ts";
import { resolveStages } from "../stage.ts";
import { decode, toText } from "../text.ts";
import { trimSpaceEnd } from "../white-space.ts";
import { buildCommand } from "./build.ts";
import { type Collected, type Collection, collect } from "./collect.ts";
import { detectEngine } from "./detect.ts";
import { engineOf } from "./engine/index.ts";
import { type Head, readHead } from "./head.ts";
import { type Interpretation, interpret } from "./interpret.ts";
import { createLines, type Lines } from "./lines.ts";
import { layPieces } from "./pieces.ts";
import { createTagFinder, spansOf } from "./span.ts";
import type { TemplateEngine, TemplateSpan, Unseen } from "./template.ts";
import type { Token } from "./token.ts";
import { tokenize } from "./tokenize.ts";

/**
 * Reads a Dockerfile or a template of one. The engine is told by name and content unless it is given; "none" takes the
 * file as it is. Never throws for what is in the file: `problem` says why the rest was not read.
 *
 * Of a template it is known what all its renderings have in common, on the assumption that each of them is a
 * Dockerfile, that values are words, and that what is included or made by macros where instructions stand is whole
 * instructions. The rest is in `template.unseen` and `template.uncertain`, or `unknown`.
 */
export function readTemplate(source: Uint8Array, name: string, engine?: TemplateEngine | "none"): Dockerfile {
  const text = toText(source);
  const used = engine ?? detectEngine(name, text);
  if (used === undefined || used === "none") return scanDockerfile(source, name);
  return readWith(text, name, used);
}

type Problem = { readonly at: number; readonly error: DockerfileError };

function readWith(text: string, name: string, engine: TemplateEngine): Dockerfile {
  const lines = createLines(text);
  const tokens = tokenize(text, engineOf(engine));
  const spans = spansOf(tokens);
  const head = readHead(text, tokens, lines.lineOf);
  const ways = interpret(text, tokens, head.escape, lines.lineOf);
  const collection = collect(ways.ends);
  const built = buildAll(text, name, head, ways, collection, spans, lines);
  const problem = firstOf([
    problemOfHead(name, head, lines),
    longLine(text, name, tokens, lines),
    ways.stop && {
      at: ways.stop.at,
      error: dockerfileError(name, lines.lineOf(ways.stop.at), ways.stop.what, ways.stop.remedy),
    },
    built.problem,
  ]);
  const readUntil = problem === undefined ? text.length : lines.startOf(problem.at);
  const known = <Item extends { readonly start: number }>(items: readonly Item[]) =>
    items.filter(({ start }) => start < readUntil);
  const directives = known(head.directives);
  const read = built.instructions.filter(({ start, end }) => start < readUntil && end <= readUntil);
  const comments = known(collection.comments)
    .filter(({ start }) => !directives.some((directive) => directive.start === start))
    .map(({ start, end }) => toComment(text, start, Math.min(end, nextElse(tokens, start)), lines));
  const { instructions, trailingComments } = placeComments(read, comments);
  const unseen = unseenOf(known([...ways.unseen, ...collection.unseen.map((place) => shown(text, place))]), lines);
  const uncertain = known(built.uncertain).map(({ start, why }) => ({ line: lines.lineOf(start), start, why }));
  const nothing = instructions.length === 0 && unseen.length === 0 && uncertain.length === 0;
  const dockerfile = {
    name,
    text,
    pieces: layPieces(text, lines, { directives, comments, instructions }, readUntil),
    directives,
    escape: head.escape,
    instructions,
    trailingComments,
    template: { engine, spans, unseen, uncertain },
    problem: problem?.error ?? (nothing ? noInstructions(name, lines.lineOf(Math.max(0, text.length - 1))) : undefined),
  };
  return { ...dockerfile, stages: resolveStages(dockerfile) };
}

function firstOf(problems: readonly (Problem | undefined)[]): Problem | undefined {
  return problems.filter((problem) => problem !== undefined).sort((a, b) => a.at - b.at)[0];
}

type BuiltFile = {
  readonly instructions: readonly Instruction[];
  readonly uncertain: readonly { readonly start: number; readonly why: string }[];
  readonly problem: Problem | undefined;
};

function buildAll(
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
  let staged = false;
  for (const one of collection.instructions) {
    const { draft } = one;
    const built = buildCommand(text, head.escape, one, separators);
    if (!built.ok) {
      problem ??= { at: draft.start, error: refused(name, lines.lineOf(draft.start), built.problem) };
      continue;
    }
    const { command, logical } = built;
    staged ||= command.known === "FROM";
    const { keywordEnd } = command.inner ?? command;
    const isStep =
      command.known === "RUN" || command.inner?.known === "RUN" || (draft.glued && isRun(text, draft.start));
    const whyNot =
      collection.whyNot.get(draft.start) ??
      collection.whyNot.get(command.keywordStart) ??
      (draft.glued || hasTags(draft.start, keywordEnd) ? "tags of the template stand in its keyword" : undefined) ??
      (staged || !isStep ? undefined : "no FROM is seen before it");
    if (isStep && whyNot !== undefined) {
      uncertain.push({ start: draft.glued ? draft.start : command.keywordStart, why: whyNot });
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

// a value comes right after it
function isRun(text: string, start: number): boolean {
  return /^(?:RUN|ONBUILD)/i.test(text.slice(start, start + 7));
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

// a branch may end the comment lines later
function toComment(text: string, start: number, lastEnd: number, lines: Lines): Comment {
  const newline = text.indexOf("\n", start);
  const end = newline < 0 ? lastEnd : Math.min(lastEnd, newline);
  const shownText = decode(text.slice(start, trimSpaceEnd(text, start, end)));
  return { kind: "comment", start, end, line: lines.lineOf(start), text: shownText };
}

function placeComments(
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

function shown(text: string, { start, end }: { start: number; end: number }): { start: number; what: string } {
  const [first = ""] = text.slice(start, Math.min(end, start + 60)).split("\n", 1);
  return { start, what: end - start > first.length ? `${first.trimEnd()}…` : first.trimEnd() };
}

function unseenOf(found: readonly { start: number; what: string }[], lines: Lines): Unseen[] {
  const byStart = new Map(found.map((place) => [place.start, place]));
  return [...byStart.values()]
    .sort((a, b) => a.start - b.start)
    .map(({ start, what }) => ({ line: lines.lineOf(start), what: decode(what) }));
}

function problemOfHead(name: string, { refused: found }: Head, lines: Lines): Problem | undefined {
  if (found === undefined) return undefined;
  const line = lines.lineOf(found.at);
  return { at: found.at, error: found.what === "repeated" ? repeatedDirective(name, line) : otherEscape(name, line) };
}

/** A line whose own text is longer than BuildKit reads. */
function longLine(text: string, name: string, tokens: readonly Token[], lines: Lines): Problem | undefined {
  if (text.length <= LONGEST_LINE_BYTES) return undefined;
  let line = -1;
  let length = 0;
  for (const { kind, start, end } of tokens) {
    if (kind !== "text") continue;
    for (let at = start; at < end; ) {
      const lineStart = lines.startOf(at);
      const next = Math.min(end, lines.nextOf(at));
      length = lineStart === line ? length + next - at : next - at;
      line = lineStart;
      if (length - (text.charAt(next - 1) === "\n" ? 1 : 0) > LONGEST_LINE_BYTES) {
        return { at: lineStart, error: tooLong(name, lines.lineOf(lineStart)) };
      }
      at = next;
    }
  }
  return undefined;
}
