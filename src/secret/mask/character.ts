import type { Excerpt } from "./run.ts";

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** A run that begins inside a character begins behind it. */
export function characterStart(text: Uint8Array, start: number, from: number): number {
  if (!isContinuation(text[start]) || wholeCharacters(text, start, Math.max(from, start - 3)) === start) {
    return start;
  }
  let i = start + 1;
  while (i < start + 3 && isContinuation(text[i])) {
    i++;
  }
  return i;
}

/** A run that ends inside a character, or with one that may go on (`open`), ends before it. */
export function characterEnd({ text, to }: Excerpt, end: number, open: boolean): number {
  const inside = end < to ? isContinuation(text[end]) : open;
  return inside ? wholeCharacters(text, end, end - 4) : end;
}

/** `end`, or where the character begins that stands right before it and is longer than a byte. */
export function wholeCharacters(text: Uint8Array, end: number, lowest: number): number {
  let i = end - 1;
  while (i > lowest && isContinuation(text[i])) {
    i--;
  }
  return i >= lowest && text[i]! >= 0xc0 ? i : end;
}
