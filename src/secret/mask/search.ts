import { characterEnd, characterStart, wholeCharacters } from "./character.ts";
import { type Form, type FormStore, longGramBytes, shortGramBytes, strideBytes } from "./form.ts";
import { hashOfEight, hashOfFour } from "./gram-table.ts";
import { couldCount, counts, isBetter } from "./judge.ts";
import { type Excerpt, extend, extendRight, type Run, standsAt } from "./run.ts";
import { mayBeginAt } from "./settle.ts";

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
      const first = Math.min(found.from, mayBeginAt(store, unhidden(state, hand), at, at));
      return wholeCharacters(hand.text, first, unhidden(state, hand).from);
    }
    hide(found.run, state, hand, spans);
    if (state.following && !follow(store, state, hand, spans)) {
      return state.hidden - base;
    }
    at = Math.max(at + strideBytes, alignUp(state.hidden) - base);
  }
  state.next = base + at;
  return final ? to : mayBeginAt(store, unhidden(state, hand), Math.min(at, to), to);
}

/** What is in hand behind the last span. */
function unhidden(state: SearchState, hand: Hand): Excerpt {
  return { ...hand, from: Math.max(hand.from, state.hidden - hand.base) };
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
  const excerpt = unhidden(state, hand);
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
      if (run.state === "open" && couldCount(run, hand.final)) {
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
  const { from } = unhidden(state, hand);
  const goesOn = run.state === "decided";
  run.pieces.forEach((piece, index) => {
    const isLast = index === run.pieces.length - 1;
    const begin = characterStart(text, piece.start, from);
    const start = index === 0 && run.formStart > form.start ? skipBlanks(text, begin, piece.end) : piece.start;
    const end = isLast && !goesOn && run.formEnd < form.end ? characterEnd(hand, piece.end, false) : piece.end;
    if (end > start) {
      spans.push({ start, end, form, begins: true, counts: index === 0 });
    }
    state.hidden = base + Math.max(start, end);
  });
  state.following = goesOn ? { form, place: run.formEnd } : undefined;
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
    const end = endsHere ? characterEnd(hand, first.end, right.state === "open") : first.end;
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

/** The blanks before a part of a value are the text's own. */
function skipBlanks(text: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && (text[i] === 0x20 || text[i] === 0x09)) {
    i++;
  }
  return i;
}
