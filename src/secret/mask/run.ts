import type { Form } from "./form.ts";
import { breakAfter, breakBefore, noBreak, unfinished } from "./line-break.ts";

/** The known part of a text: `from` is the first byte that is still there, `to` where it ends for now or, when final, for good. */
export type Excerpt = {
  readonly text: Uint8Array;
  readonly from: number;
  readonly to: number;
  readonly final: boolean;
};

export type RunState = "over" | "open" | "decided";

/**
 * How far a text and a form agree around one place: the pieces of the text, and the part of the form that they are.
 * `open`: the text ended before they differed. `decided`: they agree for so long that it does not matter how they go on.
 */
export type Run = {
  readonly form: Form;
  readonly pieces: readonly { readonly start: number; readonly end: number }[];
  readonly formStart: number;
  readonly formEnd: number;
  readonly length: number;
  readonly state: RunState;
};

/** A run this long is decided: what follows is masked as it comes, so that no value, however big, has to be held back. */
const decidedBytes = 4096;
const mostBreaksLeft = 4;

const lineFeed = 0x0a;

/**
 * The run around `at`, where the text stands at `place` of the form's bytes. None, when `at` lies in a first line of it that
 * is too short to count.
 */
export function extend(excerpt: Excerpt, bytes: Uint8Array, form: Form, at: number, place: number): Run | undefined {
  const left = extendLeft(excerpt, bytes, form, at, place);
  const right = extendRight(excerpt, bytes, form, at, place, left.length);
  // The piece around `at` is the last of the left ones and the first of the right ones.
  let pieces = [
    ...left.pieces.slice(0, -1),
    { start: left.pieces.at(-1)!.start, end: right.pieces[0]!.end },
    ...right.pieces.slice(1),
  ];
  let formStart = left.place;
  for (;;) {
    const { start, end } = pieces[0]!;
    const begin = afterShortLines(excerpt.text, start, end, form.shortestPiece);
    if (begin > at) {
      return undefined;
    }
    if (end > at || end - begin >= form.shortestPiece) {
      pieces[0] = { start: begin, end };
      formStart += begin - start;
      break;
    }
    pieces = pieces.slice(1);
    formStart += end - start;
  }
  const length = right.place - formStart;
  return { form, pieces, formStart, formEnd: right.place, length, state: right.state };
}

/**
 * A run that begins with a few bytes and a line's end begins after that line's end: else every line of a text would
 * have to wait for the next one.
 */
function afterShortLines(text: Uint8Array, start: number, end: number, shortest: number): number {
  let lineStart = start;
  for (let i = start; i < end && i - lineStart < shortest; i++) {
    if (text[i] === lineFeed) {
      lineStart = i + 1;
    }
  }
  return lineStart;
}

/** What stands before `at` and belongs to the run; the last piece ends at `at` and can be empty. */
export function extendLeft(excerpt: Excerpt, bytes: Uint8Array, form: Form, at: number, place: number) {
  const { text, from } = excerpt;
  let end = at;
  let start = at;
  let formPlace = place;
  let length = 0;
  const pieces: { start: number; end: number }[] = [];
  for (let breaks = 0; ; breaks++) {
    const lowest = Math.max(from, end - form.longestLeft);
    while (start > lowest && formPlace > form.start && text[start - 1] === bytes[formPlace - 1]) {
      start--;
      formPlace--;
    }
    if (breaks > 0 && end - start < form.shortestPiece) {
      break;
    }
    pieces.unshift({ start, end });
    length += end - start;
    if (formPlace === form.start || breaks === mostBreaksLeft || form.longestLeft < form.shortestPiece) {
      break;
    }
    const before = breakBefore(text, start, from);
    if (before === noBreak) {
      break;
    }
    formPlace = place - length;
    start = before;
    end = before;
  }
  return { pieces, place: place - length, length };
}

/** What stands at `at` and behind it and belongs to the run; `before` is how much of it is known already. */
export function extendRight(
  excerpt: Excerpt,
  bytes: Uint8Array,
  form: Form,
  at: number,
  place: number,
  before: number,
) {
  const { text, to, final } = excerpt;
  const decided = form.windowBytes > 0 ? decidedBytes : Number.POSITIVE_INFINITY;
  const pieces: { start: number; end: number }[] = [];
  let start = at;
  let formPlace = place;
  let length = 0;
  for (;;) {
    let end = start;
    const limit = Math.min(to, start + (form.end - formPlace), start + Math.max(0, decided - before - length));
    while (end < limit && text[end] === bytes[formPlace]) {
      end++;
      formPlace++;
    }
    const reachesEnd = formPlace === form.end;
    const piece = end - start;
    const isDecided = before + length + piece >= decided;
    // A few bytes behind a line's end count only as the rest of the value, and where a word ends with them.
    const isShort = pieces.length > 0 && piece < form.shortestPiece;
    if (end === to && !final && (reachesEnd ? isShort : !isDecided)) {
      pieces.push({ start, end });
      return result(formPlace, length + piece, "open");
    }
    if (isShort && isDecided && !reachesEnd) {
      // How long this piece is, is seen when the run is followed.
      return result(place + length, length, "decided");
    }
    if (isShort && !(reachesEnd && (end === to || !isWordByte(text[end]!)))) {
      return result(place + length, length, "over");
    }
    pieces.push({ start, end });
    length += piece;
    if (reachesEnd || isDecided) {
      return result(formPlace, length, reachesEnd ? "over" : "decided");
    }
    const next = breakAfter(text, end, to);
    if (next === noBreak || (next === unfinished && final)) {
      return result(formPlace, length, "over");
    }
    if (next === unfinished) {
      return result(formPlace, length, "open");
    }
    start = next;
  }

  function result(reached: number, matched: number, state: RunState) {
    return { pieces, place: reached, length: matched, state };
  }
}

function isWordByte(byte: number): boolean {
  return (
    (byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a) || byte === 0x5f
  );
}

/** Whether the text at `at` is what stands at `place` of the bytes. */
export function standsAt(text: Uint8Array, at: number, bytes: Uint8Array, place: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (text[at + i] !== bytes[place + i]) {
      return false;
    }
  }
  return true;
}
