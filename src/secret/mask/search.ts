import { type Form, type FormStore, longestLeftBytes, longGramBytes, shortGramBytes, strideBytes } from "./form.ts";
import { hashOfEight, hashOfFour, wordAt } from "./gram-table.ts";
import { breakAfter, longestBreakBytes, mayBreak, mayFollowBreak, noBreak, unfinished } from "./line-break.ts";
import { type Excerpt, extend, extendLeft, extendRight, type Run } from "./run.ts";

/** A part of the text to be hidden. `begins`: here a marker is printed; `counts`: here a value begins. */
export type Span = {
  readonly start: number;
  readonly end: number;
  readonly form: Form;
  readonly begins: boolean;
  readonly counts: boolean;
};

/**
 * Where a search stands in its stream. All positions count from the beginning of the stream, so that the same bytes
 * are looked at in the same places however they were cut into chunks.
 */
export type SearchState = {
  /** The next place to look at; a multiple of the stride. */
  next: number;
  /** The end of the last span. */
  hidden: number;
  /** A long run that goes on behind `hidden`: the place in the form's bytes that is expected there. */
  following: { readonly form: Form; readonly place: number } | undefined;
  /** Long runs that were found not to count: from the place of a form minus the place in the text, to where they end. */
  readonly dismissed: Map<number, number>;
};

export function createSearchState(): SearchState {
  return { next: 0, hidden: 0, following: undefined, dismissed: new Map() };
}

/** The bytes of a stream that are in hand: `base` is the stream's position of `text[0]`, a multiple of the stride. */
export type Hand = Excerpt & { readonly words: Int32Array; readonly base: number };

const shortestDismissedBytes = 64;
const mostDismissed = 256;

/**
 * Searches what is in hand from where the state says, and moves it on. Adds what is to be hidden to `spans` (positions
 * in the hand), and gives the position in the hand before which all is decided.
 */
export function search(store: FormStore, state: SearchState, hand: Hand, spans: Span[]): number {
  const { base, to, final } = hand;
  if (state.following && !follow(store, state, hand, spans)) {
    return state.hidden - base;
  }
  const last = final ? to - shortGramBytes : to - longGramBytes;
  let at = Math.max(state.next, alignUp(state.hidden), alignUp(base + hand.from)) - base;
  for (at = nextLook(store, hand, at, last); at <= last; at = nextLook(store, hand, at, last)) {
    const found = bestRun(store, state, hand, at);
    if (found === undefined) {
      at += strideBytes;
      continue;
    }
    if (found.open) {
      state.next = base + at;
      const first = Math.min(found.from, mayBeginAt(store, state, hand, at, at));
      return wholeCharacters(hand.text, first, Math.max(hand.from, state.hidden - base));
    }
    hide(found.run, state, hand, spans);
    if (state.following && !follow(store, state, hand, spans)) {
      return state.hidden - base;
    }
    at = Math.max(at + strideBytes, alignUp(state.hidden) - base);
  }
  state.next = base + at;
  return final ? to : mayBeginAt(store, state, hand, Math.min(at, to), to);
}

function alignUp(position: number): number {
  return Math.ceil(position / strideBytes) * strideBytes;
}

/** The first place from `at` on where a gram of some form may stand, or one behind `last`. */
function nextLook(store: FormStore, hand: Hand, at: number, last: number): number {
  if (at > last) {
    return at;
  }
  const { words } = hand;
  const long = store.long.bitmap();
  const short = store.short.bitmap();
  const longShift = store.long.bitmapShift();
  const shortShift = store.short.bitmapShift();
  const end = last >>> 2;
  let i = at >>> 2;
  let word = words[i]!;
  while (i <= end) {
    const next = words[i + 1]!;
    const eight = hashOfEight(word, next) >>> longShift;
    const four = hashOfFour(word) >>> shortShift;
    if ((((long[eight >>> 5]! >>> (eight & 31)) | (short[four >>> 5]! >>> (four & 31))) & 1) === 1) {
      return i << 2;
    }
    word = next;
    i++;
  }
  return i << 2;
}

type Found = { readonly open: true; readonly from: number } | { readonly open: false; readonly run: Run };

/** Of all forms that have the gram at `at`, the one that agrees furthest and counts; or that one has to wait for more text. */
function bestRun(store: FormStore, state: SearchState, hand: Hand, at: number): Found | undefined {
  const bytes = store.bytes();
  const word = hand.words[at >>> 2]!;
  const following = hand.words[(at >>> 2) + 1]!;
  const excerpt = { ...hand, from: Math.max(hand.from, state.hidden - hand.base) };
  let best: Run | undefined;
  let openFrom: number | undefined;
  for (const table of [store.long, store.short]) {
    const isLong = table === store.long;
    const gramBytes = isLong ? longGramBytes : shortGramBytes;
    if (at + gramBytes > hand.to) {
      continue;
    }
    const hash = isLong ? hashOfEight(word, following) : hashOfFour(word);
    for (let entry = table.first(hash); entry !== 0; entry = table.after(entry)) {
      const place = table.place(entry);
      if (!standsAt(hand.text, at, bytes, place, gramBytes)) {
        continue;
      }
      const lag = place - (hand.base + at);
      if ((state.dismissed.get(lag) ?? 0) > hand.base + at) {
        continue;
      }
      const form = store.formAt(place);
      const run = extend(excerpt, bytes, form, at, place);
      if (run === undefined) {
        continue;
      }
      if (run.state === "open" && couldCount(run, hand)) {
        openFrom = Math.min(openFrom ?? run.pieces[0]!.start, run.pieces[0]!.start);
      } else if (counts(run, bytes)) {
        if (best === undefined || isBetter(run, best)) {
          best = run;
        }
      } else if (run.state !== "open") {
        dismiss(run, state, hand.base, at, place);
      }
    }
  }
  if (openFrom !== undefined) {
    return { open: true, from: Math.min(openFrom, best?.pieces[0]?.start ?? openFrom) };
  }
  return best && { open: false, run: best };
}

function standsAt(text: Uint8Array, at: number, bytes: Uint8Array, place: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    if (text[at + i] !== bytes[place + i]) {
      return false;
    }
  }
  return true;
}

function isBetter(run: Run, than: Run): boolean {
  const [one, other] = [weight(run), weight(than)];
  return one > other || (one === other && run.form.order < than.form.order);
}

/** A whole value is named rather than the file in which it stands, which shares a blank more with the text. */
function weight(run: Run): number {
  return run.length + (isWhole(run) ? longGramBytes : 0);
}

function isWhole(run: Run): boolean {
  return run.formStart === run.form.start && run.formEnd === run.form.end;
}

function counts(run: Run, bytes: Uint8Array): boolean {
  const { windowBytes } = run.form;
  return isWhole(run) || (windowBytes > 0 && run.length >= windowBytes && isTelling(bytes, run));
}

/** Whether more text can make the run count. */
function couldCount(run: Run, hand: Hand): boolean {
  const canBeWhole = run.formStart === run.form.start;
  const { windowBytes } = run.form;
  const longest = run.length + (run.form.end - run.formEnd);
  return !hand.final && (canBeWhole || (windowBytes > 0 && longest >= windowBytes));
}

const classes = new Uint8Array(256);
classes.fill(1, 0x30, 0x3a);
classes.fill(2, 0x41, 0x5b);
classes.fill(4, 0x61, 0x7b);
const lastSeen = new Uint32Array(256);
let look = 0;

/** A part of a value that is only words and signs (`aws_secret_access_key = `), or a few characters, says nothing. */
function isTelling(bytes: Uint8Array, run: Run): boolean {
  look++;
  let found = 0;
  let different = 0;
  for (let i = run.formStart; i < run.formEnd; i++) {
    const byte = bytes[i]!;
    found |= classes[byte]!;
    if (lastSeen[byte] !== look) {
      lastSeen[byte] = look;
      different++;
    }
    if (different >= 6 && (found & 1 || found === 6)) {
      return true;
    }
  }
  return false;
}

/** So that a long run that does not count is not followed again from each of its grams. */
function dismiss(run: Run, state: SearchState, base: number, at: number, place: number): void {
  const end = run.pieces.find((piece) => piece.end > at)?.end ?? at;
  if (end - at < shortestDismissedBytes) {
    return;
  }
  if (state.dismissed.size >= mostDismissed) {
    state.dismissed.forEach((over, lag) => {
      if (over <= base + at) {
        state.dismissed.delete(lag);
      }
    });
  }
  state.dismissed.set(place - (base + at), base + end);
}

function hide(run: Run, state: SearchState, hand: Hand, spans: Span[]): void {
  const { text, base } = hand;
  const { form } = run;
  const from = Math.max(hand.from, state.hidden - base);
  const goesOn = run.state === "decided";
  run.pieces.forEach((piece, index) => {
    const isLast = index === run.pieces.length - 1;
    const begin = characterStart(text, piece.start, from);
    const start = index === 0 && run.formStart > form.start ? skipBlanks(text, begin, piece.end) : piece.start;
    const end = isLast && !goesOn && run.formEnd < form.end ? characterEnd(text, piece.end, hand, false) : piece.end;
    if (end > start) {
      spans.push({ start, end, form, begins: true, counts: index === 0 });
    }
    state.hidden = base + Math.max(start, end);
  });
  state.following = goesOn ? { form, place: run.formEnd } : undefined;
}

/** The blanks before a part of a value are the text's own. */
function skipBlanks(text: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && (text[i] === 0x20 || text[i] === 0x09)) {
    i++;
  }
  return i;
}

/** Goes on with a long run. False: the text ended first. */
function follow(store: FormStore, state: SearchState, hand: Hand, spans: Span[]): boolean {
  const bytes = store.bytes();
  while (state.following) {
    const { form, place } = state.following;
    const at = state.hidden - hand.base;
    const right = extendRight(hand, bytes, form, at, place, 0);
    const [first, ...others] = right.pieces as [{ start: number; end: number }, ...{ start: number; end: number }[]];
    const endsHere = others.length === 0 && right.place < form.end && right.state !== "decided";
    // What may be half a character is looked at again with what follows.
    const end = endsHere ? characterEnd(hand.text, first.end, hand, right.state === "open") : first.end;
    if (end > first.start) {
      spans.push({ start: first.start, end, form, begins: false, counts: false });
      state.hidden = hand.base + end;
      state.following = { form, place: place + (end - first.start) };
    }
    if (right.state === "open") {
      // What is behind a line's end waits until it is long enough.
      return false;
    }
    for (const piece of others) {
      spans.push({ ...piece, form, begins: true, counts: false });
      state.hidden = hand.base + piece.end;
    }
    state.following = right.state === "decided" ? { form, place: right.place } : undefined;
  }
  return true;
}

/**
 * The first position in the hand where a run may begin that is found at `at` or behind it; before it, all is decided.
 * `known` is where the text ends that was looked at for it.
 */
function mayBeginAt(store: FormStore, state: SearchState, hand: Hand, at: number, known: number): number {
  if (store.isEmpty()) {
    return known;
  }
  const lowest = Math.max(hand.from, state.hidden - hand.base);
  let first = Math.max(lowest, at - (longGramBytes - 1));
  const lineEnd = hand.text.subarray(first, known).lastIndexOf(0x0a);
  if (lineEnd >= 0) {
    first += lineEnd + 1;
  }
  const excerpt = { ...hand, from: lowest };
  for (const seam of seams(hand, lowest, at, known)) {
    first = Math.min(first, beginBefore(store, excerpt, seam, known));
  }
  return wholeCharacters(hand.text, first, lowest);
}

/** Where one piece of a run may end, and the next begin. */
type Seam = { readonly end: number; readonly next: number };

/** Where a run may go on at or behind `at`: right there, or over a break that is just over or not yet over. */
function seams({ text }: Hand, lowest: number, at: number, known: number): Seam[] {
  const found: Seam[] = [{ end: at, next: at }];
  const first = Math.max(lowest, at - longestBreakBytes - longGramBytes);
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

/** What is held back where it is only known that a form may be in it. */
const longestPendingBytes = 5 * (longestLeftBytes + longestBreakBytes);

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** A run that begins inside a character begins behind it. */
function characterStart(text: Uint8Array, start: number, from: number): number {
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
function characterEnd(text: Uint8Array, end: number, hand: Hand, open: boolean): number {
  const inside = end < hand.to ? isContinuation(text[end]) : open;
  return inside ? wholeCharacters(text, end, end - 4) : end;
}

/** `end`, or where the character begins that stands right before it and is longer than a byte. */
function wholeCharacters(text: Uint8Array, end: number, lowest: number): number {
  let i = end - 1;
  while (i > lowest && isContinuation(text[i])) {
    i--;
  }
  return i >= lowest && text[i]! >= 0xc0 ? i : end;
}
