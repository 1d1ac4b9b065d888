import type { Dockerfile } from "../dockerfile.ts";
import { scanDockerfile } from "../read.ts";
import { noInstructions } from "../refusal.ts";
import { resolveStages } from "../stage.ts";
import { decode, toText } from "../text.ts";
import { buildInstructions } from "./build-instructions.ts";
import { collect } from "./collect.ts";
import { placeComments, readComment } from "./comment.ts";
import { detectEngine } from "./detect.ts";
import { engineOf } from "./engine/index.ts";
import { readHead } from "./head.ts";
import { interpret } from "./interpret.ts";
import { createLines, type Lines } from "./lines.ts";
import { layPieces } from "./pieces.ts";
import { firstOf, problemOfHead, problemOfLength, problemOfWays } from "./problem.ts";
import { spansOf } from "./span.ts";
import type { TemplateEngine, Unseen } from "./template.ts";
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

function readWith(text: string, name: string, engine: TemplateEngine): Dockerfile {
  const lines = createLines(text);
  const tokens = tokenize(text, engineOf(engine));
  const spans = spansOf(tokens);
  const head = readHead(text, tokens, lines.lineOf);
  const ways = interpret(text, tokens, head.escape, lines.lineOf);
  const collection = collect(ways.ends);
  const built = buildInstructions(text, name, head, ways, collection, spans, lines);
  const problem = firstOf([
    problemOfHead(name, head, lines),
    problemOfLength(text, name, tokens, lines),
    problemOfWays(name, ways, lines),
    built.problem,
  ]);
  const readUntil = problem === undefined ? text.length : lines.startOf(problem.at);
  const known = <Item extends { readonly start: number }>(items: readonly Item[]) =>
    items.filter(({ start }) => start < readUntil);
  const directives = known(head.directives);
  const read = built.instructions.filter(({ start, end }) => start < readUntil && end <= readUntil);
  const comments = known(collection.comments)
    .filter(({ start }) => !directives.some((directive) => directive.start === start))
    .map(({ start, end }) => readComment(text, tokens, start, end, lines));
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
