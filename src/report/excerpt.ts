import type { FilePlace } from "../finding/finding.ts";
import { columnsOf, printable } from "./printable.ts";

/** A line of a file for people, without values; `from` is the column (from 1) of its first character. */
export type ShownLine = { readonly text: string; readonly from: number };

/** So much is shown before a place that lies far to the right. */
const before = 20;

/**
 * The part of a line around a place, in at most so many columns, and a line of carets below it. A place that goes on over
 * the line's end is marked to that end.
 */
export function sourceLines(
  line: ShownLine,
  place: FilePlace,
  room: number,
): { readonly text: string; readonly caret: string } {
  const first = Math.min(Math.max(0, place.column - line.from), line.text.length);
  const toEnd = place.endLine > place.line;
  const last = toEnd ? line.text.trimEnd().length : Math.min(place.endColumn - line.from, line.text.length);
  const head = shown(line.text.slice(0, first));
  const marked = shown(line.text.slice(first, Math.max(first, last)));
  const tail = shown(line.text.slice(Math.max(first, last)));
  const isCut = line.from > 1 || columnsOf(head) + Math.min(columnsOf(marked), room / 2) > room - 2;
  const start = isCut ? `…${endOf(head, before)}` : head;
  const text = `${start}${marked}${tail}`;
  const cut = columnsOf(text) > room ? `${beginOf(text, room - 1)}…` : text;
  const width = Math.max(1, Math.min(columnsOf(marked), room - columnsOf(start) - 1));
  return { text: cut.trimEnd(), caret: " ".repeat(columnsOf(start)) + "^".repeat(width) };
}

function shown(text: string): string {
  return printable(text.replaceAll("\t", "    "));
}

function beginOf(text: string, columns: number): string {
  let kept = "";
  let width = 0;
  for (const character of text) {
    width += columnsOf(character);
    if (width > columns) break;
    kept += character;
  }
  return kept;
}

function endOf(text: string, columns: number): string {
  return [...text].slice(-columns).join("");
}
