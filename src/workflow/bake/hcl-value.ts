import type { SourcedText, Span } from "../sourced-text.ts";
import { rawText } from "../sourced-text.ts";
import { deeper, HclProblem, type HclReader, isNameCode, quotedEnd, readName, skipSpace } from "./hcl-scan.ts";

export type HclAttribute = Span & { readonly name: SourcedText; readonly value: HclValue };

export type HclValue = Span &
  (
    | { readonly kind: "text"; readonly content: SourcedText }
    | { readonly kind: "list"; readonly items: readonly HclValue[] }
    | { readonly kind: "object"; readonly attributes: readonly HclAttribute[] }
    | { readonly kind: "opaque"; readonly content: SourcedText }
  );

export function readValue(reader: HclReader): HclValue {
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
function readSimple(reader: HclReader): HclValue | undefined {
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

function readList(reader: HclReader): HclValue | undefined {
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

function readObject(reader: HclReader): HclValue | undefined {
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

function readHeredoc(reader: HclReader): HclValue | undefined {
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
function endsValue(reader: HclReader): boolean {
  skipSpace(reader, false);
  const next = reader.text[reader.at];
  return next === undefined || next === "\n" || next === "," || next === "}" || next === "]" || next === ")";
}

/** To the end of the line, a comma or a closing bracket that is not the expression's own. */
function skipExpression(reader: HclReader): void {
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
    if (text.startsWith("<<", reader.at) && readHeredoc(reader) !== undefined) {
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

function isFor(reader: HclReader): boolean {
  return reader.text.startsWith("for", reader.at) && !isNameCode(reader.text.charCodeAt(reader.at + 3));
}
