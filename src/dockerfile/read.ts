import { parseLine } from "./command.ts";
import { type Directive, type DirectiveState, readDirective } from "./directive.ts";
import type { Dockerfile, Piece } from "./dockerfile.ts";
import { type DockerfileError, dockerfileError } from "./dockerfile-error.ts";
import type { HeredocWord } from "./heredoc.ts";
import type { Command, Comment, Heredoc, Instruction } from "./instruction.ts";
import { createLineCursor, type LineCursor, LONGEST_LINE_BYTES, nextLine } from "./line-cursor.ts";
import type { LogicalLine } from "./logical-line.ts";
import { resolveStages } from "./stage.ts";
import { decode, encode, toText } from "./text.ts";
import { skipSpace, trimSpaceEnd } from "./white-space.ts";

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
  if (scan.cursor.tooLong) scan.problem ??= tooLong(scan);
  if (scan.instructions.length === 0) scan.problem ??= noInstructions(scan);
  finishPieces(scan);
  const dockerfile = {
    name,
    text: scan.cursor.text,
    pieces: scan.pieces,
    directives: scan.directives,
    escape: scan.escape,
    instructions: scan.instructions,
    trailingComments: scan.comments,
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
    scan.problem = dockerfileError(
      scan.name,
      cursor.line,
      "a parser directive is given twice",
      "Keep one of the two lines (# syntax=, # escape= and # check= may each be there once).",
    );
    return;
  }
  if (directive.name === "escape") {
    if (directive.value !== "\\" && directive.value !== "`") {
      scan.problem = dockerfileError(
        scan.name,
        cursor.line,
        "the escape directive has another value than \\ or `",
        "Write # escape=\\ or # escape=` , or take the line out.",
      );
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
    scan.problem = dockerfileError(
      scan.name,
      line,
      parsed.problem,
      "Correct the instruction: BuildKit refuses it in the same way.",
    );
    return;
  }
  const heredocs = readHeredocs(scan, parsed.heredocs, line);
  if (heredocs === undefined) return;
  scan.instructions.push({
    ...withHeredocs(parsed.command, heredocs, cursor.text),
    kind: "instruction",
    start,
    end: cursor.end,
    line,
    endLine: cursor.line,
    logical: joined.logical,
    comments: scan.comments,
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

/** Where a line's continuation character is: the last one but for blanks, if there is no second one before it. */
function findContinuation(text: string, from: number, end: number, escapeToken: string): number | undefined {
  let at = end - 1;
  while (at >= from && (text.charAt(at) === " " || text.charAt(at) === "\t")) at--;
  if (at < from || text.charAt(at) !== escapeToken) return undefined;
  return at > from && text.charAt(at - 1) === escapeToken ? undefined : at;
}

function readHeredocs(scan: Scan, words: readonly HeredocWord[], line: number): Heredoc[] | undefined {
  const heredocs: Heredoc[] = [];
  for (const word of words) {
    const heredoc = readHeredoc(scan.cursor, word);
    if (heredoc === undefined) {
      if (scan.cursor.tooLong) return undefined;
      scan.problem = dockerfileError(
        scan.name,
        line,
        `the heredoc ${JSON.stringify(word.name)} is not terminated`,
        `End it with a line that is ${word.name} alone; if no heredoc is meant, put the << in quotes.`,
      );
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
    let start = cursor.start;
    while (word.strip && start < cursor.end && cursor.text.charAt(start) === "\t") start++;
    if (cursor.end - start === terminator.length && cursor.text.startsWith(terminator, start)) {
      return { ...word, contentStart, contentEnd: cursor.start, end: cursor.end };
    }
  }
  return undefined;
}

function withHeredocs(command: Command, heredocs: readonly Heredoc[], text: string): Command {
  if (heredocs.length === 0) return command;
  const contents = heredocs.map(
    ({ contentStart, contentEnd, name }) => `\n${decode(text.slice(contentStart, contentEnd))}${name}`,
  );
  const inner = command.inner === undefined ? undefined : withHeredocs(command.inner, heredocs, text);
  return { ...command, form: "heredoc", heredocs, inner, body: command.body + contents.join("") };
}

function tooLong(scan: Scan): DockerfileError {
  return dockerfileError(
    scan.name,
    scan.cursor.line + 1,
    `the line has more than the ${LONGEST_LINE_BYTES} bytes that BuildKit reads`,
    "Break the line with a continuation character, or move its text into a file.",
  );
}

function noInstructions(scan: Scan): DockerfileError {
  return dockerfileError(
    scan.name,
    Math.max(scan.cursor.line, 1),
    "there is no instruction in the file",
    "Check that this is the file that was meant; a Dockerfile begins with FROM.",
  );
}

function finishPieces(scan: Scan): void {
  const { length } = scan.cursor.text;
  const read = scan.pieces.at(-1)?.end ?? 0;
  if (read < length) scan.pieces.push({ kind: "unread", start: read, end: length });
}
