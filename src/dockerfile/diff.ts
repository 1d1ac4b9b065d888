import type { Edit } from "./insertion.ts";
import { decode, encode } from "./text.ts";

/**
 * A unified diff of a text (one character a byte, as `Dockerfile.text`) and what edits make of it. The edits stand
 * in order and do not overlap. It is decoded for people, or `raw`: one character a byte, for programs; empty where
 * nothing changes. Its time grows with the lines and the edits alone.
 */
export function printDiff(
  name: string,
  before: string,
  edits: readonly Edit[],
  options: { readonly context?: number; readonly raw?: boolean } = {},
): string {
  const context = options.context ?? 3;
  const lines = splitLines(before);
  const changes = changesOf(before, lines, edits);
  if (changes.length === 0 || givesBack(before, edits)) return "";
  const shown = headName(options.raw ? encode(name) : name);
  const parts = [`--- ${shown}\n`, `+++ ${shown}\n`];
  let drift = 0;
  for (const hunk of hunksOf(changes, context)) drift += printHunk(parts, hunk, lines, drift, context);
  const diff = parts.join("");
  return options.raw ? diff : decode(diff);
}

/** What the edits take away they put back elsewhere. */
function givesBack(before: string, edits: readonly Edit[]): boolean {
  if (edits.reduce((sum, { start, end, text }) => sum + text.length - (end - start), 0) !== 0) return false;
  const parts: string[] = [];
  let at = 0;
  for (const { start, end, text } of edits) {
    parts.push(before.slice(at, start), text);
    at = end;
  }
  return parts.join("") + before.slice(at) === before;
}

/**
 * As git writes it, and patch reads it: a tab ends a name with blanks, and one that could end the line or the name is in
 * quotes, with its bytes in octal.
 */
function headName(name: string): string {
  const odd = /[\0-\x1f"\\\x7f]/g;
  if (name.search(odd) < 0) return name.includes(" ") ? `${name}\t` : name;
  return `"${name.replace(odd, (byte) => (/["\\]/.test(byte) ? `\\${byte}` : `\\${octal(byte)}`))}"`;
}

function octal(byte: string): string {
  return byte.charCodeAt(0).toString(8).padStart(3, "0");
}

/** Old lines `from`…`to` (counted from 0) become `lines`; each line has its line end. */
type Change = { readonly from: number; readonly to: number; readonly lines: readonly string[] };

function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function changesOf(before: string, lines: readonly string[], edits: readonly Edit[]): Change[] {
  const changes: Change[] = [];
  const block = { index: 0, from: 0, start: 0, to: 0, end: 0 };
  while (block.index < edits.length) {
    const first = edits[block.index]!;
    while (block.to < lines.length && block.end + lines[block.to]!.length <= first.start) {
      block.end += lines[block.to++]!.length;
    }
    // what is added after a last line without a line end belongs to that line
    if (block.to === lines.length && block.to > 0 && !before.endsWith("\n")) block.end -= lines[--block.to]!.length;
    block.from = block.to;
    block.start = block.end;
    const text = readBlock(before, lines, edits, block);
    const change = withoutCommonLines(lines.slice(block.from, block.to), splitLines(text), block.from);
    if (change !== undefined) changes.push(change);
  }
  return changes;
}

/** Extends the block over whole lines until no edit crosses its end, and gives what becomes of it. */
function readBlock(
  before: string,
  lines: readonly string[],
  edits: readonly Edit[],
  block: { index: number; readonly start: number; to: number; end: number },
): string {
  const parts: string[] = [];
  let copied = block.start;
  const takeLine = () => {
    block.end += lines[block.to++]!.length;
  };
  const isOpen = () => copied === block.end && parts.findLast((part) => part !== "")?.endsWith("\n") !== true;
  // an edit at the very end of the text still belongs to a last line without a line end, or one that has lost it
  const reaches = ({ start }: Edit) =>
    parts.length === 0 ||
    start < block.end ||
    (start === before.length && start === block.end && (!before.endsWith("\n") || isOpen()));
  for (;;) {
    const edit = edits[block.index];
    if (edit !== undefined && reaches(edit)) {
      parts.push(before.slice(copied, edit.start), edit.text);
      copied = edit.end;
      block.index++;
      while (block.to < lines.length && (block.end <= edit.start || block.end < edit.end)) takeLine();
      continue;
    }
    parts.push(before.slice(copied, block.end));
    copied = block.end;
    const last = parts.findLast((part) => part !== "");
    if (last === undefined || last.endsWith("\n") || block.to === lines.length) return parts.join("");
    takeLine();
  }
}

function withoutCommonLines(old: readonly string[], now: readonly string[], from: number): Change | undefined {
  let head = 0;
  while (head < old.length && head < now.length && old[head] === now[head]) head++;
  let tail = 0;
  while (
    tail < old.length - head &&
    tail < now.length - head &&
    old[old.length - 1 - tail] === now[now.length - 1 - tail]
  ) {
    tail++;
  }
  if (head + tail === old.length && head + tail === now.length) return undefined;
  return { from: from + head, to: from + old.length - tail, lines: now.slice(head, now.length - tail) };
}

/** Changes whose contexts meet or overlap stand in one hunk. */
function hunksOf(changes: readonly Change[], context: number): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1)?.at(-1);
    if (last !== undefined && change.from - last.to <= 2 * context) hunks.at(-1)!.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

/** Prints a hunk and gives by how many lines it makes the text longer. */
function printHunk(
  parts: string[],
  hunk: readonly Change[],
  lines: readonly string[],
  drift: number,
  context: number,
): number {
  const from = Math.max(0, hunk[0]!.from - context);
  const to = Math.min(lines.length, hunk.at(-1)!.to + context);
  const growth = hunk.reduce((sum, change) => sum + change.lines.length - (change.to - change.from), 0);
  parts.push(`@@ -${printRange(from, to - from)} +${printRange(from + drift, to - from + growth)} @@\n`);
  let at = from;
  for (const change of hunk) {
    for (; at < change.from; at++) parts.push(printLine(" ", lines[at]!));
    for (; at < change.to; at++) parts.push(printLine("-", lines[at]!));
    for (const line of change.lines) parts.push(printLine("+", line));
  }
  for (; at < to; at++) parts.push(printLine(" ", lines[at]!));
  return growth;
}

// A range of no lines is named by the line before it.
function printRange(from: number, count: number): string {
  if (count === 1) return `${from + 1}`;
  return count === 0 ? `${from},0` : `${from + 1},${count}`;
}

function printLine(sign: string, line: string): string {
  return line.endsWith("\n") ? sign + line : `${sign}${line}\n\\ No newline at end of file\n`;
}
