import type { Edit } from "../../dockerfile/insertion.ts";
import type { Span } from "../../workflow/sourced-text.ts";

/** Takes out the lines that a stretch stands on; undefined where something else stands on them. A comment goes with it. */
export function withoutLines(text: string, { start, end }: Span): Edit | undefined {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  if (/[^ \t]/.test(text.slice(from, start))) return undefined;
  const newline = text.indexOf("\n", end);
  const to = newline < 0 ? text.length : newline + 1;
  if (!/^[ \t]*(?:#[^\n]*)?\r?\n?$/.test(text.slice(end, to))) return undefined;
  return { start: from, end: to, text: "" };
}

/** The line end that the file has at an offset. */
export function lineEndAt(text: string, offset: number): string {
  const newline = text.indexOf("\n", offset);
  return newline > 0 && text[newline - 1] === "\r" ? "\r\n" : "\n";
}
