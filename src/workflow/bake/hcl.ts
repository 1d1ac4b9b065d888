import type { SourcedText, Span } from "../sourced-text.ts";
import { rawText } from "../sourced-text.ts";

/**
 * HCL as far as bake files need it: blocks, attributes, objects, lists, texts, heredocs, each with its place. What is
 * computed (functions, conditions, arithmetic, `for`) is `opaque`: its text only. Source of the grammar:
 * hashicorp/hcl `hclsyntax/spec.md`.
 */
export type HclBody = { readonly attributes: readonly HclAttribute[]; readonly blocks: readonly HclBlock[] };

export type HclBlock = Span & { readonly type: string; readonly labels: readonly string[]; readonly body: HclBody };

export type HclAttribute = Span & { readonly name: SourcedText; readonly value: HclValue };

export type HclValue = Span &
  (
    | { readonly kind: "text"; readonly content: SourcedText }
    | { readonly kind: "list"; readonly items: readonly HclValue[] }
    | { readonly kind: "object"; readonly attributes: readonly HclAttribute[] }
    | { readonly kind: "opaque"; readonly content: SourcedText }
  );

export type HclReading = {
  readonly body: HclBody;
  readonly problems: readonly { readonly start: number; readonly reason: string }[];
};

/** Reads a whole file, one character a byte. It never throws for content; it ends at what it cannot read. */
export function readHcl(text: string): HclReading {
  const reader: Reader = { text, at: text.startsWith("\xEF\xBB\xBF") ? 3 : 0, depth: 0 };
  const attributes: HclAttribute[] = [];
  const blocks: HclBlock[] = [];
  try {
    readBody(reader, attributes, blocks);
    if (reader.at < text.length) throw new HclProblem(reader.at, "a } too many");
    return { body: { attributes, blocks }, problems: [] };
  } catch (error) {
    if (!(error instanceof HclProblem)) throw error;
    return { body: { attributes, blocks }, problems: [{ start: error.start, reason: error.message }] };
  }
}

class HclProblem extends Error {
  readonly start: number;

  constructor(start: number, reason: string) {
    super(reason);
    this.start = start;
  }
}

type Reader = { readonly text: string; at: number; depth: number };

// Deeper than anyone nests
const DEEPEST = 200;

function readBody(reader: Reader, attributes: HclAttribute[], blocks: HclBlock[]): void {
  for (;;) {
    skipSpace(reader, true);
    const start = reader.at;
    if (start >= reader.text.length || reader.text[start] === "}") return;
    const name = readName(reader);
    skipSpace(reader, false);
    if (reader.text[reader.at] === "=" && reader.text[reader.at + 1] !== "=") {
      reader.at++;
      const value = readValue(reader);
      attributes.push({ name, value, start, end: value.end });
      continue;
    }
    blocks.push(readBlock(reader, name));
  }
}

function readBlock(reader: Reader, type: SourcedText): HclBlock {
  const labels: string[] = [];
  for (;;) {
    skipSpace(reader, false);
    if (reader.text[reader.at] === "{") break;
    labels.push(readName(reader).text);
  }
  reader.at++;
  const attributes: HclAttribute[] = [];
  const blocks: HclBlock[] = [];
  deeper(reader, () => readBody(reader, attributes, blocks));
  if (reader.text[reader.at] !== "}") throw new HclProblem(type.start, "a block without its }");
  reader.at++;
  return { type: type.text, labels, body: { attributes, blocks }, start: type.start, end: reader.at };
}

/** A name, or a quoted text that stands for one. */
function readName(reader: Reader): SourcedText {
  const start = reader.at;
  if (reader.text[start] === '"') {
    const end = quotedEnd(reader.text, start);
    reader.at = end;
    return { ...rawText(reader.text, start + 1, end - 1, "double"), start, end };
  }
  while (isNameCode(reader.text.charCodeAt(reader.at))) reader.at++;
  if (reader.at === start) throw new HclProblem(start, "not a name, where one belongs");
  return rawText(reader.text, start, reader.at);
}

function readValue(reader: Reader): HclValue {
  skipSpace(reader, false);
  const start = reader.at;
  const simple = readSimple(reader);
  if (simple !== undefined && endsValue(reader)) return simple;
  // an operator follows: all of it is computed
  reader.at = start;
  skipExpression(reader);
  if (reader.at === start) throw new HclProblem(start, "no value, where one belongs");
  return { kind: "opaque", content: rawText(reader.text, start, reader.at), start, end: reader.at };
}

/** A text, a heredoc, a list or an object; undefined where the value is anything else. */
function readSimple(reader: Reader): HclValue | undefined {
  const { text, at: start } = reader;
  const first = text[start];
  if (first === '"') {
    const end = quotedEnd(text, start);
    reader.at = end;
    const content = { ...rawText(text, start + 1, end - 1, "double"), start, end };
    return { kind: "text", content, start, end };
  }
  if (first === "<" && text[start + 1] === "<") return readHeredoc(reader);
  if (first === "[") return deeper(reader, () => readList(reader));
  if (first === "{") return deeper(reader, () => readObject(reader));
  return undefined;
}

function readList(reader: Reader): HclValue | undefined {
  const start = reader.at++;
  const items: HclValue[] = [];
  for (;;) {
    skipSpace(reader, true);
    if (reader.text[reader.at] === "]") break;
    if (isFor(reader)) return undefined;
    items.push(readValue(reader));
    skipSpace(reader, true);
    if (reader.text[reader.at] === ",") reader.at++;
    else if (reader.text[reader.at] !== "]") throw new HclProblem(start, "a list without its ]");
  }
  reader.at++;
  return { kind: "list", items, start, end: reader.at };
}

function readObject(reader: Reader): HclValue | undefined {
  const start = reader.at++;
  const attributes: HclAttribute[] = [];
  for (;;) {
    skipSpace(reader, true);
    const nameStart = reader.at;
    if (reader.text[nameStart] === "}") break;
    if (reader.text[nameStart] === "(" || isFor(reader)) return undefined;
    const name = readName(reader);
    skipSpace(reader, false);
    if (reader.text[reader.at] !== "=" && reader.text[reader.at] !== ":") {
      throw new HclProblem(nameStart, "a name without a value in an object");
    }
    reader.at++;
    const value = readValue(reader);
    attributes.push({ name, value, start: nameStart, end: value.end });
    skipSpace(reader, true);
    if (reader.text[reader.at] === ",") reader.at++;
  }
  reader.at++;
  return { kind: "object", attributes, start, end: reader.at };
}

function readHeredoc(reader: Reader): HclValue | undefined {
  const { text, at: start } = reader;
  let at = start + 2;
  if (text[at] === "-") at++;
  const nameStart = at;
  while (isNameCode(text.charCodeAt(at))) at++;
  const name = text.slice(nameStart, at);
  const newline = text.indexOf("\n", at);
  if (name === "" || newline < 0) return undefined;
  for (let line = newline + 1; line < text.length; ) {
    const next = text.indexOf("\n", line);
    const end = next < 0 ? text.length : next;
    if (text.slice(line, Math.min(end, line + 10_000)).trim() === name) {
      reader.at = end;
      return { kind: "text", content: { ...rawText(text, newline + 1, line), start, end }, start, end };
    }
    line = end + 1;
  }
  throw new HclProblem(start, "a heredoc without its end");
}

/** Whether nothing but the end of a line, a comma or a closing bracket follows. */
function endsValue(reader: Reader): boolean {
  skipSpace(reader, false);
  const next = reader.text[reader.at];
  return next === undefined || next === "\n" || next === "," || next === "}" || next === "]" || next === ")";
}

/** To the end of the line, a comma or a closing bracket that is not the expression's own. */
function skipExpression(reader: Reader): void {
  const { text } = reader;
  let open = 0;
  let end = reader.at;
  while (reader.at < text.length) {
    const character = text[reader.at]!;
    if (character === '"') {
      reader.at = quotedEnd(text, reader.at);
      end = reader.at;
      continue;
    }
    if (character === "#" || (character === "/" && /[/*]/.test(text[reader.at + 1] ?? ""))) {
      skipSpace(reader, open > 0);
      continue;
    }
    if (open === 0 && /[\n,}\])]/.test(character)) break;
    if (/[([{]/.test(character)) open++;
    else if (/[)\]}]/.test(character)) open--;
    reader.at++;
    if (!/\s/.test(character)) end = reader.at;
  }
  if (open > 0) throw new HclProblem(end, "a bracket that is not closed");
  reader.at = end;
}

/** The offset after a text's closing quote: `${…}` in it may hold quotes of its own. */
function quotedEnd(text: string, start: number): number {
  const open: ('"' | "{")[] = ['"'];
  let at = start + 1;
  while (at < text.length) {
    const character = text[at]!;
    const inText = open.at(-1) === '"';
    if (inText && character === "\\") at++;
    else if (character === '"') {
      if (inText) open.pop();
      else open.push('"');
      if (open.length === 0) return at + 1;
    } else if (inText && character === "\n") break;
    else if (inText && /[$%]/.test(character) && text[at + 1] === "{") {
      // `$${` is a dollar sign and a brace
      if (text[at - 1] !== character || text[at - 2] === character) open.push("{");
      at++;
    } else if (!inText && character === "{") open.push("{");
    else if (!inText && character === "}") open.pop();
    at++;
  }
  throw new HclProblem(start, 'a text without its closing "');
}

/** Blanks and comments, line breaks too where `lines` says so. */
function skipSpace(reader: Reader, lines: boolean): void {
  const { text } = reader;
  for (;;) {
    const character = text[reader.at];
    if (character === " " || character === "\t" || character === "\r" || (lines && character === "\n")) reader.at++;
    else if (character === "#" || text.startsWith("//", reader.at)) {
      const newline = text.indexOf("\n", reader.at);
      reader.at = newline < 0 ? text.length : newline;
    } else if (text.startsWith("/*", reader.at)) {
      const end = text.indexOf("*/", reader.at + 2);
      if (end < 0) throw new HclProblem(reader.at, "a comment without its end");
      reader.at = end + 2;
    } else return;
  }
}

function isFor(reader: Reader): boolean {
  return reader.text.startsWith("for", reader.at) && !isNameCode(reader.text.charCodeAt(reader.at + 3));
}

function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code >= 0x80
  );
}

function deeper<T>(reader: Reader, read: () => T): T {
  if (++reader.depth > DEEPEST) throw new HclProblem(reader.at, "nested too deep to be read");
  const result = read();
  reader.depth--;
  return result;
}
