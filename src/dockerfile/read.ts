import { parseLine } from "./command.ts";
import { findContinuation } from "./continuation.ts";
import { type Directive, type DirectiveState, readDirective } from "./directive.ts";
import type { Dockerfile, Piece } from "./dockerfile.ts";
import type { DockerfileError } from "./dockerfile-error.ts";
import type { HeredocWord } from "./heredoc.ts";
import { type Comment, type Heredoc, type Instruction, withHeredocs } from "./instruction.ts";
import { createLineCursor, type LineCursor, nextLine } from "./line-cursor.ts";
import type { LogicalLine } from "./logical-line.ts";
import { noInstructions, otherEscape, refused, repeatedDirective, tooLong, unterminated } from "./refusal.ts";
import { resolveStages } from "./stage.ts";
import { decode, encode, toText } from "./text.ts";
import { skipSpace, skipTabs, trimSpaceEnd } from "./white-space.ts";

/**
 * Reads a Dockerfile exactly as BuildKit's own parser does (frontend/dockerfile/parser, v0.32.0).
 * `name` is what the user calls it, for messages.
 * @throws DOCKERFILE where BuildKit's parser refuses it: the error has the line (a `DockerfileError`).
 */
export function readDockerfile(source: Uint8Array, name = "Dockerfile"): Dockerfile {
  const dockerfile = scanDockerfile(source, name);
  if (dockerfile.problem !== undefined) throw dockerfile.problem;
  return dockerfile;
}

/** The same for any bytes: what cannot be read is the last piece, and `problem` says why. */
export function scanDockerfile(source: Uint8Array, name = "Dockerfile"): Dockerfile {
  const scan = startScan(toText(source), name);
  while (scan.problem === undefined && nextLine(scan.cursor)) scanLine(scan);
  if (scan.cursor.tooLong) scan.problem ??= tooLong(scan.name, scan.cursor.line + 1);
  if (scan.instructions.length === 0) scan.problem ??= noInstructions(scan.name, scan.cursor.line);
  finishPieces(scan);
  const dockerfile = {
    name,
    text: scan.cursor.text,
    pieces: scan.pieces,
    directives: scan.directives,
    escape: scan.escape,
    instructions: scan.instructions,
    trailingComments: scan.comments,
    template: undefined,
    problem: scan.problem,
  };
  return { ...dockerfile, stages: resolveStages(dockerfile) };
}

type Scan = {
  readonly name: string;
  readonly cursor: LineCursor;
  readonly directiveState: DirectiveState;
  readonly directives: Directive[];
  readonly instructions: Instruction[];
  readonly pieces: Piece[];
  escape: "\\" | "`";
  comments: Comment[];
  problem: DockerfileError | undefined;
};

function startScan(text: string, name: string): Scan {
  return {
    name,
    cursor: createLineCursor(text),
    directiveState: { done: false, seen: new Set() },
    directives: [],
    instructions: [],
    pieces: [],
    escape: "\\",
    comments: [],
    problem: undefined,
  };
}

function scanLine(scan: Scan): void {
  const { cursor } = scan;
  const { text, start: lineStart, end } = cursor;
  let contentStart = lineStart;
  if (cursor.line === 1 && text.startsWith("\xEF\xBB\xBF")) {
    contentStart = 3;
    scan.pieces.push({ kind: "byte-order-mark", start: 0, end: 3 });
  }
  const start = skipSpace(text, contentStart, end);
  const directive = readDirective(scan.directiveState, text, start, end, cursor.line);
  if (directive !== undefined) addDirective(scan, directive, contentStart);
  else if (start === end) addBlank(scan, contentStart);
  else if (text.charAt(start) === "#") addComment(scan, contentStart, start);
  else addInstruction(scan, contentStart, start);
}

function addDirective(scan: Scan, directive: Directive | "repeated", lineStart: number): void {
  const { cursor } = scan;
  if (directive === "repeated") {
    scan.problem = repeatedDirective(scan.name, cursor.line);
    return;
  }
  if (directive.name === "escape") {
    if (directive.value !== "\\" && directive.value !== "`") {
      scan.problem = otherEscape(scan.name, cursor.line);
      return;
    }
    scan.escape = directive.value;
  }
  scan.directives.push(directive);
  scan.pieces.push({ kind: "directive", start: lineStart, end: cursor.next });
}

function addBlank(scan: Scan, start: number): void {
  const end = scan.cursor.next;
  const last = scan.pieces.at(-1);
  if (last?.kind === "blank") scan.pieces[scan.pieces.length - 1] = { kind: "blank", start: last.start, end };
  else if (end > start) scan.pieces.push({ kind: "blank", start, end });
}

function addComment(scan: Scan, lineStart: number, start: number): void {
  const { cursor } = scan;
  const text = decode(cursor.text.slice(start, trimSpaceEnd(cursor.text, start, cursor.end)));
  scan.comments.push({ kind: "comment", start, end: cursor.end, line: cursor.line, text });
  scan.pieces.push({ kind: "comment", start: lineStart, end: cursor.next });
}

function addInstruction(scan: Scan, lineStart: number, start: number): void {
  const { cursor } = scan;
  const line = cursor.line;
  const joined = joinLines(cursor, start, scan.escape);
  if (cursor.tooLong) return;
  const parsed = parseLine(joined.logical, scan.escape);
  if (!parsed.ok) {
    scan.problem = refused(scan.name, line, parsed.problem);
    return;
  }
  const heredocs = readHeredocs(scan, parsed.heredocs, line);
  if (heredocs === undefined) return;
  const contents = heredocs.map(({ contentStart, contentEnd }) => cursor.text.slice(contentStart, contentEnd));
  scan.instructions.push({
    ...withHeredocs(parsed.command, heredocs, contents),
    kind: "instruction",
    start,
    end: cursor.end,
    line,
    endLine: cursor.line,
    logical: joined.logical,
    comments: scan.comments,
    ending: "known",
    emptyContinuation: joined.emptyContinuation,
  });
  scan.comments = [];
  scan.pieces.push({ kind: "instruction", start: lineStart, end: cursor.next });
}

/** Joins the cursor's line, from `start` on, with those that continue it, and leaves the cursor on the last one. */
function joinLines(
  cursor: LineCursor,
  start: number,
  escapeToken: string,
): { logical: LogicalLine; emptyContinuation: boolean } {
  const { text } = cursor;
  const parts: string[] = [];
  const starts: number[] = [];
  const sources: number[] = [];
  let length = 0;
  let emptyContinuation = false;
  let continued = addPart(start);
  while (continued && nextLine(cursor)) {
    const first = skipSpace(text, cursor.start, cursor.end);
    if (first === cursor.end) emptyContinuation = true;
    else if (text.charAt(first) !== "#") continued = addPart(cursor.start);
  }
  return { logical: { text: parts.join(""), starts, sources }, emptyContinuation };

  function addPart(from: number): boolean {
    const continuation = findContinuation(text, from, cursor.end, escapeToken);
    const part = text.slice(from, continuation ?? cursor.end);
    // an empty part would make two parts begin at one index
    if (part !== "" || parts.length === 0) {
      if (length === 0) {
        starts.length = 0;
        sources.length = 0;
      }
      parts.push(part);
      starts.push(length);
      sources.push(from);
      length += part.length;
    }
    return continuation !== undefined;
  }
}

function readHeredocs(scan: Scan, words: readonly HeredocWord[], line: number): Heredoc[] | undefined {
  const heredocs: Heredoc[] = [];
  for (const word of words) {
    const heredoc = readHeredoc(scan.cursor, word);
    if (heredoc === undefined) {
      if (scan.cursor.tooLong) return undefined;
      scan.problem = unterminated(scan.name, line, word);
      return undefined;
    }
    heredocs.push(heredoc);
  }
  return heredocs;
}

function readHeredoc(cursor: LineCursor, word: HeredocWord): Heredoc | undefined {
  const terminator = encode(word.name);
  const contentStart = cursor.next;
  while (nextLine(cursor)) {
    const start = word.strip ? skipTabs(cursor.text, cursor.start, cursor.end) : cursor.start;
    if (cursor.end - start === terminator.length && cursor.text.startsWith(terminator, start)) {
      return { ...word, contentStart, contentEnd: cursor.start, end: cursor.end };
    }
  }
  return undefined;
}

function finishPieces(scan: Scan): void {
  const { length } = scan.cursor.text;
  const read = scan.pieces.at(-1)?.end ?? 0;
  if (read < length) scan.pieces.push({ kind: "unread", start: read, end: length });
}
