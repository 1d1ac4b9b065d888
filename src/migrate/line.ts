import type { Dockerfile } from "../dockerfile/dockerfile.ts";

/** A line of the file: `end` is before the CR and LF, `next` after them. */
export type Line = {
  readonly start: number;
  readonly end: number;
  readonly next: number;
  /** Where what it says ends: before the blanks and the continuation character, where it has one. */
  readonly contentEnd: number;
  readonly continued: boolean;
};

export function lineAt({ text, escape: mark }: Dockerfile, offset: number): Line {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const newline = text.indexOf("\n", offset);
  const next = newline < 0 ? text.length : newline + 1;
  let end = newline < 0 ? text.length : newline;
  while (end > start && text.charAt(end - 1) === "\r") end--;
  const last = skipBlanksBack(text, end, start);
  const continued = last > start && text.charAt(last - 1) === mark && text.charAt(last - 2) !== mark;
  let contentEnd = continued ? last - 1 : last;
  contentEnd = skipBlanksBack(text, contentEnd, start);
  return { start, end, next, contentEnd, continued };
}

export function isBlank(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === " " || character === "\t";
}

/** From the first character that is no blank on, at most up to `limit`. */
export function skipBlanks(text: string, from: number, limit: number): number {
  let at = from;
  while (at < limit && isBlank(text, at)) at++;
  return at;
}

/** Before the blanks that end at `to`, at least from `limit` on. */
export function skipBlanksBack(text: string, to: number, limit: number): number {
  let at = to;
  while (at > limit && isBlank(text, at - 1)) at--;
  return at;
}
