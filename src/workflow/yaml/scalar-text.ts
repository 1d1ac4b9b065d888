import { encode } from "../../dockerfile/index.ts";
import { rawText, type SourcedText, textBuilder, type Writing } from "../sourced-text.ts";

/** The text of a scalar that stands at `start`…`end` (quotes and block header included), with its places. */
export function scalarText(file: string, start: number, end: number, writing: Writing, indent: number): SourcedText {
  if (writing === "literal" || writing === "folded") return blockText(file, start, end, writing, indent);
  if (writing === "single" || writing === "double") {
    const closed = end - 1 > start && file[end - 1] === file[start];
    return flowText(file, start + 1, closed ? end - 1 : end, { start, end, writing });
  }
  const inner = file.slice(start, end);
  return inner.includes("\n")
    ? flowText(file, start, end, { start, end, writing })
    : rawText(file, start, end, writing);
}

type Whole = { readonly start: number; readonly end: number; readonly writing: Writing };

/** Plain and quoted scalars: one line break becomes a blank, more become one less (YAML 1.2.2, 7.3 and 6.5). */
function flowText(file: string, from: number, to: number, { start, end, writing }: Whole): SourcedText {
  const builder = textBuilder();
  let at = from;
  let copied = from;
  const copyTo = (until: number) => builder.add(file.slice(copied, until), copied);
  while (at < to) {
    const character = file[at]!;
    if (character === "\n") {
      let trimmed = at;
      while (trimmed > copied && isBlank(file.charCodeAt(trimmed - 1))) trimmed--;
      copyTo(trimmed);
      const { breaks, next } = skipBreaks(file, at, to);
      builder.add(breaks === 1 ? " " : "\n".repeat(breaks - 1), at);
      at = next;
      copied = at;
    } else if (writing === "single" && character === "'" && file[at + 1] === "'") {
      copyTo(at);
      builder.add("'", at, 2);
      at += 2;
      copied = at;
    } else if (writing === "double" && character === "\\") {
      copyTo(at);
      const escaped = readEscape(file, at, to);
      builder.add(escaped.value, at, escaped.next - at);
      at = escaped.next;
      copied = at;
    } else at++;
  }
  copyTo(to);
  return builder.build(start, end, writing);
}

/** Line breaks with the blanks around them: how many, and where the text goes on. */
function skipBreaks(file: string, from: number, to: number): { breaks: number; next: number } {
  let breaks = 0;
  let at = from;
  while (at < to) {
    if (file[at] === "\n") breaks++;
    else if (!isBlank(file.charCodeAt(at))) break;
    at++;
  }
  return { breaks, next: at };
}

// YAML 1.2.2, 5.7
const escapes: Readonly<Record<string, string>> = {
  "0": "\0",
  a: "\x07",
  b: "\b",
  t: "\t",
  "\t": "\t",
  n: "\n",
  v: "\v",
  f: "\f",
  r: "\r",
  e: "\x1b",
  " ": " ",
  '"': '"',
  "/": "/",
  "\\": "\\",
  N: "\u0085",
  _: "\u00a0",
  L: "\u2028",
  P: "\u2029",
};

function readEscape(file: string, at: number, to: number): { value: string; next: number } {
  const letter = file[at + 1] ?? "";
  if (letter === "\n" || (letter === "\r" && file[at + 2] === "\n")) {
    let next = at + (letter === "\n" ? 2 : 3);
    while (next < to && isBlank(file.charCodeAt(next))) next++;
    return { value: "", next };
  }
  const digits = { x: 2, u: 4, U: 8 }[letter];
  if (digits !== undefined) {
    const hex = file.slice(at + 2, at + 2 + digits);
    const code = /^[0-9a-fA-F]+$/.test(hex) ? Number.parseInt(hex, 16) : Number.NaN;
    // what is no code point is an error of the file's; it stays as it is
    const value = code <= 0x10ffff ? encode(String.fromCodePoint(code)) : file.slice(at, at + 2 + digits);
    return { value, next: Math.min(to, at + 2 + digits) };
  }
  const value = escapes[letter];
  return { value: value === undefined ? file.slice(at, at + 2) : encode(value), next: Math.min(to, at + 2) };
}

type Line = { readonly start: number; readonly indent: number; readonly end: number };

/** `|` and `>` with their content (YAML 1.2.2, 8.1). `indent` is that of the node that the scalar belongs to. */
function blockText(
  file: string,
  start: number,
  end: number,
  writing: "literal" | "folded",
  indent: number,
): SourcedText {
  const builder = textBuilder();
  const newline = file.indexOf("\n", start);
  if (newline < 0 || newline >= end) return builder.build(start, end, writing);
  const header = /^[|>]([-+0-9]*)/.exec(file.slice(start, newline))?.[1] ?? "";
  const lines = linesBetween(file, newline + 1, end);
  const told = /[1-9]/.exec(header)?.[0];
  const first = lines.find((line) => !isEmpty(line));
  const margin = told === undefined ? (first?.indent ?? 0) : Math.max(0, indent) + Number(told);
  let last = first === undefined ? 0 : lines.length;
  while (last > 0 && isEmpty(lines[last - 1]!) && lines[last - 1]!.indent <= margin) last--;

  let separator = "";
  let separatorAt = newline + 1;
  let keptIndent = false;
  const leading = first === undefined ? 0 : lines.indexOf(first);
  for (const line of lines.slice(0, leading)) {
    builder.add(file.slice(line.start + Math.min(margin, line.indent), line.end), line.start + margin);
    builder.add("\n", line.end);
  }
  for (let index = leading; index < last; index++) {
    const line = lines[index]!;
    const from = line.start + Math.min(margin, line.indent);
    const more = line.indent > margin || (!isEmpty(line) && file[line.start + line.indent] === "\t");
    if (writing === "literal") {
      builder.add(separator, separatorAt);
      builder.add(file.slice(from, line.end), from);
      separator = "\n";
    } else if (more) {
      if (separator === " ") separator = "\n";
      else if (!keptIndent && separator === "\n") separator = "\n\n";
      builder.add(separator, separatorAt);
      builder.add(file.slice(from, line.end), from);
      separator = "\n";
      keptIndent = true;
    } else if (isEmpty(line)) {
      if (separator === "\n") builder.add("\n", line.start);
      else separator = "\n";
    } else {
      builder.add(separator, separatorAt);
      builder.add(file.slice(from, line.end), from);
      separator = " ";
      keptIndent = false;
    }
    separatorAt = line.end;
  }
  if (header.includes("+")) {
    const closed = file[end - 1] === "\n" ? 1 : 0;
    const kept = last === 0 ? Math.max(1, lines.length - 1 + closed) : Math.max(1, lines.length - last + closed);
    for (let count = 0; count < kept; count++) builder.add("\n", lines[Math.max(0, last - 1) + count]?.end ?? end);
  } else if (!header.includes("-") && last > 0) builder.add("\n", separatorAt);
  return builder.build(start, end, writing);
}

function isEmpty(line: Line): boolean {
  return line.start + line.indent === line.end;
}

function linesBetween(file: string, from: number, to: number): Line[] {
  const lines: Line[] = [];
  for (let at = from; at < to; ) {
    const newline = file.indexOf("\n", at);
    const next = newline < 0 || newline >= to ? to : newline;
    const end = next > at && file.charCodeAt(next - 1) === 0x0d ? next - 1 : next;
    let indent = 0;
    while (at + indent < end && file.charCodeAt(at + indent) === 0x20) indent++;
    lines.push({ start: at, indent, end });
    at = next + 1;
  }
  return lines;
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0d;
}
