import { rawText, type SourcedText } from "../sourced-text.ts";

/** Where a reader of HCL stands. */
export type HclReader = { readonly text: string; at: number; depth: number };

// Deeper than anyone nests
const DEEPEST = 64;

/** What ends the reading. */
export class HclProblem extends Error {
  readonly start: number;

  constructor(start: number, reason: string) {
    super(reason);
    this.start = start;
  }
}

/** A name, or a quoted text that stands for one. */
export function readName(reader: HclReader): SourcedText {
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

/** The offset after a text's closing quote: `${…}` in it may hold quotes of its own. */
export function quotedEnd(text: string, start: number): number {
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
export function skipSpace(reader: HclReader, lines: boolean): void {
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

export function isNameCode(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x5f ||
    code === 0x2d ||
    code >= 0x80
  );
}

export function deeper<T>(reader: HclReader, read: () => T): T {
  if (++reader.depth > DEEPEST) throw new HclProblem(reader.at, "nested too deep to be read");
  const result = read();
  reader.depth--;
  return result;
}
