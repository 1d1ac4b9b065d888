import { decode } from "./text.ts";
import { skipSpace } from "./white-space.ts";

/** A parser directive (`# syntax=…`). Offsets count bytes, lines count from 1. */
export type Directive = {
  readonly name: "syntax" | "escape" | "check";
  readonly value: string;
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
  readonly valueEnd: number;
};

/** What the state of reading directives is: they end at the first line that is none. */
export type DirectiveState = { done: boolean; readonly seen: Set<string> };

export type DirectiveLine = Directive | "repeated" | undefined;

/**
 * Reads one line (`start`…`end`, without its line end) as BuildKit's DirectiveParser.ParseLine does.
 * A line that is no directive ends the directives. "repeated" is an error in BuildKit.
 */
export function readDirective(
  state: DirectiveState,
  text: string,
  start: number,
  end: number,
  line: number,
  comment = "#",
): DirectiveLine {
  if (state.done) return undefined;
  const found = matchDirective(text, start, end, comment);
  if (found === undefined) {
    state.done = true;
    return undefined;
  }
  if (state.seen.has(found.name)) return "repeated";
  state.seen.add(found.name);
  return {
    name: found.name,
    value: decode(text.slice(found.valueStart, found.valueEnd)),
    line,
    start,
    end,
    valueStart: found.valueStart,
    valueEnd: found.valueEnd,
  };
}

/** What BuildKit takes for the frontend: `image` is what it pulls, `line` is 0 for the JSON form. */
export type Syntax = { readonly image: string; readonly commandLine: string; readonly line: number };

/**
 * The frontend that a file asks for, as BuildKit's DetectSyntax finds it: `# syntax=` in the first lines, also after
 * a `#!` line, else `// syntax=`, else a JSON document with a "syntax". It works on any bytes and never fails: the
 * file may be in a language of its own.
 */
export function detectSyntax(text: string): Syntax | undefined {
  let from = text.startsWith("\xEF\xBB\xBF") ? 3 : 0;
  let line = 1;
  if (text.startsWith("#!", from)) {
    const newline = text.indexOf("\n", from);
    from = newline < 0 ? text.length : newline + 1;
    line = 2;
  }
  return syntaxAfter(text, from, line, "#") ?? syntaxAfter(text, from, line, "//") ?? syntaxInJson(text, from);
}

const LONGEST_LINE_BYTES = 65_535;

function syntaxAfter(text: string, from: number, firstLine: number, comment: string): Syntax | undefined {
  const state: DirectiveState = { done: false, seen: new Set() };
  let start = from;
  for (let line = firstLine; start < text.length && !state.done; line++) {
    const newline = text.indexOf("\n", start);
    const next = newline < 0 ? text.length : newline;
    if (next - start > LONGEST_LINE_BYTES) return undefined;
    const end = text.charCodeAt(next - 1) === 0x0d && next > start ? next - 1 : next;
    const directive = readDirective(state, text, start, end, line, comment);
    if (directive === "repeated") return undefined;
    if (directive?.name === "syntax") {
      return { image: directive.value.split(" ", 1)[0]!, commandLine: directive.value, line };
    }
    start = next + 1;
  }
  return undefined;
}

function syntaxInJson(text: string, from: number): Syntax | undefined {
  let at = from;
  while (/[\t\n\r ]/.test(text.charAt(at))) at++;
  if (text.charAt(at) !== "{") return undefined;
  let document: unknown;
  try {
    document = JSON.parse(decode(text.slice(at)));
  } catch {
    return undefined;
  }
  const value = Object.entries(document as object).find(([key]) => key === "syntax")?.[1];
  return typeof value === "string" ? { image: value, commandLine: value, line: 0 } : undefined;
}

// `^([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$`, by hand: as an expression it is quadratic in a line of blanks.
function matchDirective(
  text: string,
  start: number,
  end: number,
  comment: string,
): { name: Directive["name"]; valueStart: number; valueEnd: number } | undefined {
  if (!text.startsWith(comment, start) || start + comment.length > end) return undefined;
  const nameStart = skipSpace(text, start + comment.length, end);
  let at = nameStart;
  while (at < end && /[a-zA-Z0-9]/.test(text.charAt(at))) at++;
  const name = text.slice(nameStart, at).toLowerCase();
  if (name !== "syntax" && name !== "escape" && name !== "check") return undefined;
  at = skipRegexpSpace(text, at, end);
  if (at >= end || text.charAt(at) !== "=") return undefined;
  const afterEquals = at + 1;
  const valueStart = skipRegexpSpace(text, afterEquals, end);
  // `.+?` needs one character: from blanks alone the expression gives back the last one
  if (valueStart === end) return end > afterEquals ? { name, valueStart: end - 1, valueEnd: end } : undefined;
  let valueEnd = end;
  while (isRegexpSpace(text.charCodeAt(valueEnd - 1))) valueEnd--;
  return { name, valueStart, valueEnd };
}

function skipRegexpSpace(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isRegexpSpace(text.charCodeAt(at))) at++;
  return at;
}

// Go's `\s`, which has no vertical tab
function isRegexpSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0c || code === 0x0d;
}
