import { wholeCharacters } from "./character.ts";
import { type FormStore, longestLeftBytes, longGramBytes, shortGramBytes } from "./form.ts";
import { hashOfEight, hashOfFour, wordAt } from "./gram-table.ts";
import { breakAfter, longestBreakBytes, mayBreak, mayFollowBreak, noBreak, unfinished } from "./line-break.ts";
import { type Excerpt, extendLeft, standsAt } from "./run.ts";

/** What is held back where it is only known that a form may be in it. */
const longestPendingBytes = 5 * (longestLeftBytes + longestBreakBytes);

/**
 * The first position where a run may begin that is found at `at` or behind it, which has not been looked at; before it, all
 * is decided. Too early a position only makes a text wait; one that is too late would let the beginning of a value pass.
 * `known` is where the text ends that is looked at for it.
 */
export function mayBeginAt(store: FormStore, excerpt: Excerpt, at: number, known: number): number {
  if (store.isEmpty()) {
    return known;
  }
  const { text, from } = excerpt;
  let first = Math.max(from, at - (longGramBytes - 1));
  const lineEnd = text.subarray(first, known).lastIndexOf(0x0a);
  if (lineEnd >= 0) {
    first += lineEnd + 1;
  }
  for (const seam of seams(excerpt, at, known)) {
    first = Math.min(first, beginBefore(store, excerpt, seam, known));
  }
  return wholeCharacters(text, first, from);
}

/** Where one piece of a run may end, and the next begin. */
type Seam = { readonly end: number; readonly next: number };

/** Where a run may go on at or behind `at`: right there, or over a break that is just over or not yet over. */
function seams({ text, from }: Excerpt, at: number, known: number): Seam[] {
  const found: Seam[] = [{ end: at, next: at }];
  const first = Math.max(from, at - longestBreakBytes - longGramBytes);
  for (let i = known - 1; i >= first; i--) {
    const byte = text[i]!;
    if (mayBreak(byte)) {
      const after = breakAfter(text, i, known);
      if (after === unfinished || (after !== noBreak && after > at - longGramBytes)) {
        found.push({ end: i, next: after === unfinished ? known : after });
      }
    } else if (i <= at - longGramBytes && !mayFollowBreak(byte)) {
      return found;
    }
  }
  return found;
}

/** Where a run begins that goes on over the seam, if one does; else infinity. */
function beginBefore(store: FormStore, excerpt: Excerpt, seam: Seam, known: number): number {
  const { text, from } = excerpt;
  const { end } = seam;
  if (end - longGramBytes < from) {
    return end - shortGramBytes < from ? Number.POSITIVE_INFINITY : shortBeginBefore(store, excerpt, seam, known);
  }
  let begin = shortBeginBefore(store, excerpt, seam, known);
  if (store.mayBeSparse(text, end)) {
    begin = Math.min(begin, Math.max(from, end - longestPendingBytes));
  }
  const hash = hashOfEight(wordAt(text, end - 8), wordAt(text, end - 4));
  for (let entry = store.long.first(hash); entry !== 0; entry = store.long.after(entry)) {
    const place = store.long.place(entry);
    if (passes(store, excerpt, seam, known, place, longGramBytes)) {
      const left = extendLeft(excerpt, store.bytes(), store.formAt(place), end, place + longGramBytes);
      begin = Math.min(begin, left.pieces[0]!.start);
    }
  }
  return begin;
}

function shortBeginBefore(store: FormStore, excerpt: Excerpt, seam: Seam, known: number): number {
  let begin = Number.POSITIVE_INFINITY;
  const { end } = seam;
  const hash = hashOfFour(wordAt(excerpt.text, end - 4));
  for (let entry = store.short.first(hash); entry !== 0; entry = store.short.after(entry)) {
    const place = store.short.place(entry);
    const form = store.formAt(place);
    if (passes(store, excerpt, seam, known, place, shortGramBytes)) {
      const left = extendLeft(excerpt, store.bytes(), form, end, place + shortGramBytes);
      // A short form counts as a whole only.
      begin = left.place === form.start ? Math.min(begin, left.pieces[0]!.start) : begin;
    }
  }
  return begin;
}

/** Whether the gram at `place` stands before the seam, its form goes on, and nothing behind the seam contradicts it. */
function passes(
  store: FormStore,
  { text }: Excerpt,
  { end, next }: Seam,
  known: number,
  place: number,
  gramBytes: number,
): boolean {
  const bytes = store.bytes();
  const { end: formEnd } = store.formAt(place);
  const goesOnFrom = (at: number) => {
    let i = at;
    let formPlace = place + gramBytes;
    while (i < known && formPlace < formEnd && text[i] === bytes[formPlace]) {
      i++;
      formPlace++;
    }
    return i === known || formPlace === formEnd || mayBreak(text[i]!);
  };
  return (
    place + gramBytes < formEnd &&
    standsAt(text, end - gramBytes, bytes, place, gramBytes) &&
    // The line's end can be a break, or one of the value's own.
    (goesOnFrom(next) || (end !== next && text[end] === bytes[place + gramBytes] && goesOnFrom(end)))
  );
}
