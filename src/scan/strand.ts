import type { Spot, Walker } from "../layer/spot.ts";
import type { Hit } from "./hit.ts";
import { type Runs, reachBytes, stepBytes } from "./matcher.ts";
import type { Search, Whereabouts } from "./search.ts";
import type { WindowPool } from "./window-pool.ts";

/**
 * One stream of bytes that is searched as it comes: the archive itself, or something that was unpacked. The walker
 * sees each byte before the search does, and tells whose it is. It holds a window of the stream, never the stream.
 */
export type Strand = {
  /** Takes bytes; `settle` is awaited each time the window is full, so that what the walker set going can keep up. */
  readonly write: (bytes: Uint8Array, settle: () => Promise<void>) => Promise<void>;
  /** Takes a stream that comes in windows of its own, to its end. */
  readonly follow: (next: () => Portion | undefined, settle: () => Promise<void>) => Promise<void>;
  /** Takes all there is, at once; the walker's doings are left to whoever waits for them. */
  readonly whole: (pieces: readonly Uint8Array[]) => void;
  /** The stream ends. */
  readonly end: () => void;
};

/** What comes next of a stream: `bytes` from `fresh` to `to`. Before it stands what came before, `2 * contextBytes` of it at most. */
export type Portion = {
  readonly bytes: Buffer;
  readonly fresh: number;
  readonly to: number;
  /** What another thread's kernel has met between these two places, if it looked just there. */
  readonly met: (first: number, last: number) => Uint32Array | undefined;
};

const windowBytes = 1 << 20;
/** So much is looked at as soon as it is there: while it is, the writer fills the pipe again. */
const portionBytes = 1 << 15;
/** What is kept before and after each place that is looked at: enough for any literal and any rule. */
export const contextBytes = reachBytes + 512;
/** What is no text has a zero byte among so many. */
const textSign = 4096;
/** Lines are counted so far into a file. */
const countedBytes = 1 << 20;

/** @param room bytes held at once; what is given to `whole` must fit. */
export function createStrand(
  search: Search,
  walker: Walker,
  onHit: (hit: Hit) => void,
  onBytes: (count: number) => void,
  pool: WindowPool,
  room = windowBytes,
): Strand {
  const own = pool.take(room);
  let window = own;
  /** Where its first byte lies. */
  let begin = 0;
  let met: Portion["met"] | undefined;
  const runs: Runs = new Map();
  /** Where the window's first byte stands in the stream. */
  let at = 0;
  let filled = 0;
  let walked = 0;
  let looked = 0;
  /** Line ends of the file that reaches into the window, before the window. */
  let counted = { start: -1, lines: 0 };

  /** The last line that was asked for: the next one is mostly a little further on. */
  let asked = { start: -1, offset: 0, lines: 0 };

  function lineAt(spot: Spot, offset: number): number | undefined {
    if (spot.start < at && counted.start !== spot.start) return undefined;
    if (offset - spot.start > countedBytes) return undefined;
    const place = offset - at;
    const start = Math.max(0, spot.start - at);
    // A file with a zero byte nearby is no text.
    const nearby = window.subarray(Math.max(start, place - 512), Math.min(filled, place + 512, spot.end - at));
    if (nearby.includes(0)) return undefined;
    const goesOn = asked.start === spot.start && asked.offset <= offset && asked.offset >= at;
    const before = goesOn ? asked.lines : spot.start >= at ? 0 : counted.lines;
    const lines = before + search.lineEnds(window, goesOn ? asked.offset - at : start, place);
    asked = { start: spot.start, offset, lines };
    return lines + 1;
  }

  const whereabouts: Whereabouts = { spot: walker.spot, line: lineAt };

  function step(final: boolean): void {
    if (filled > walked) walker.push(window, walked, filled, at + walked);
    onBytes(filled - walked);
    walked = filled;
    if (final) walker.end(at + filled);
    let last = filled;
    if (!final) {
      last = Math.max(looked, filled - contextBytes);
      last -= (at + last) % stepBytes;
    }
    if (last > looked && !wasSearched(looked, last)) {
      const stretch = { bytes: window, from: begin, to: filled, at, met: met?.(looked, last) };
      search.scan(stretch, looked, last, runs, whereabouts, onHit);
    }
    looked = Math.max(looked, last);
    if (final) pool.giveBack(own);
  }

  /** Whether all of this is of a blob that was searched before. */
  function wasSearched(from: number, to: number): boolean {
    const { kind, end } = walker.spot(at + from);
    return kind === "searched" && end >= at + to;
  }

  /** Lets go of what was looked at, but for the context. */
  function slide(): void {
    const keep = Math.max(0, looked - contextBytes);
    if (keep === 0) return;
    countLines(walker.spot(at + keep), keep);
    window.copyWithin(0, keep, filled);
    at += keep;
    filled -= keep;
    walked -= keep;
    looked -= keep;
    walker.forget(at);
  }

  /** To the window of what comes next: all places are now counted from its beginning. */
  function move(portion: Portion): void {
    const moved = filled - portion.fresh;
    at += moved;
    window = portion.bytes;
    begin = Math.max(0, -at);
    filled = portion.to;
    walked -= moved;
    looked -= moved;
    met = portion.met;
    walker.forget(Math.max(0, at));
  }

  function countLines(spot: Spot, keep: number): void {
    const from = Math.max(0, spot.start - at);
    const before = counted.start === spot.start ? counted.lines : 0;
    const known = spot.start >= at || counted.start === spot.start;
    // a file with a zero byte is no text: its lines are never asked for
    const isText = known && !window.subarray(from, Math.min(keep, from + textSign)).includes(0);
    const isCounted = isText && at + keep - spot.start <= countedBytes + room;
    counted = isCounted
      ? { start: spot.start, lines: before + search.lineEnds(window, from, keep) }
      : { start: -1, lines: 0 };
  }

  return {
    write: async (bytes, settle) => {
      let from = 0;
      while (from < bytes.length) {
        const part = Math.min(bytes.length - from, room - filled);
        window.set(from === 0 && part === bytes.length ? bytes : bytes.subarray(from, from + part), filled);
        filled += part;
        from += part;
        if (filled === room || filled - walked >= portionBytes) step(false);
        if (filled === room) {
          slide();
          await settle();
        }
      }
    },
    follow: async (next, settle) => {
      for (;;) {
        // what is in this window may be gone when there is a next one
        const countedHere = counted;
        if (filled > begin) countLines(walker.spot(at + filled - 2 * contextBytes), filled - 2 * contextBytes);
        const portion = next();
        if (portion === undefined) {
          counted = countedHere;
          return;
        }
        move(portion);
        step(false);
        await settle();
      }
    },
    whole: (pieces) => {
      for (const piece of pieces) {
        window.set(piece, filled);
        filled += piece.length;
      }
      step(true);
    },
    end: () => step(true),
  };
}
