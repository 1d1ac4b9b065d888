import type { Skim } from "../layer/tar-run.ts";
import { blockBytes, openKernel, type SharedKernel, spareAfter, spareBefore } from "./kernel/kernel.ts";
import { afterLineEnd, beforeLineEnd, countLineEnds, outOfLineEnd } from "./kernel/line-end.ts";
import { type Literal, shortestBytes, shortestRun, shortestWrapped } from "./kernel/tables.ts";

export type { Literal };

/** A part of a stream that lies in memory: bytes `from` to `to` of `bytes`, the first of which stands at `at`. */
export type Stretch = {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  /** What another thread's kernel has met between the places that are now to be looked at. */
  readonly met?: Uint32Array | undefined;
};

/** Literal number `literal` stands at `start` to `end` of the stretch's bytes (with windows: a run of it). */
export type OnMatch = (literal: number, start: number, end: number) => void;

export type Matcher = {
  /**
   * Reports each occurrence that is met between `first` and `last`; what lies around them in the stretch is used to
   * complete it. `onMatch` may ask it about another text (but not so again while it is told of that one). Streams go through in steps that join, each a multiple of `stepBytes` but the last: then every
   * occurrence is reported once. `runs` is the stream's own memory of runs that were reported.
   */
  readonly scan: (stretch: Stretch, first: number, last: number, runs: Runs, onMatch: OnMatch) => void;
  /** Memory of so many bytes that is searched where it lies; any other is copied first. */
  readonly window: (bytes: number) => Buffer;
  /** How many line ends there are in these bytes. */
  readonly lineEnds: (bytes: Buffer, from: number, to: number) => number;
  /** Of a tar in a window. */
  readonly skim: Skim;
  /** For another thread that looks at windows, too. */
  readonly shared: SharedKernel | undefined;
};

/** For each literal with windows, where in the stream its last run ended, and where its first byte would stand. */
export type Runs = Map<number, { readonly end: number; readonly origin: number }>;

export const stepBytes = blockBytes;
/** A literal, or a run of one, is followed no further than this to either side. */
export const reachBytes = 8192;

const portionBytes = 1 << 15;
const deskBytes = 2 * reachBytes + portionBytes;
/** What it takes of the kernel's memory. */
const desk = spareBefore + deskBytes + spareAfter + blockBytes;

/** @param room bytes of windows that can be asked for; none are touched before. */
export function createMatcher(literals: readonly Literal[], room = 0, plain = false): Matcher {
  // one that cannot be seen whole counts by what can
  const wanted = literals.map((literal) =>
    literal.bytes.length > reachBytes && literal.windowBytes === undefined
      ? { ...literal, windowBytes: reachBytes / 2 }
      : literal,
  );
  if (wanted.some(({ windowBytes = shortestRun }) => windowBytes < shortestRun))
    throw new RangeError("too short a run");
  if (wanted.some(({ wraps, bytes }) => wraps === true && bytes.length < shortestWrapped))
    throw new RangeError("too short to wrap");
  const kernel = openKernel(wanted, 2 * desk + room, plain);
  let free = kernel.free;

  function allot(bytes: number): Buffer | undefined {
    const address = Math.ceil((free + spareBefore) / blockBytes) * blockBytes;
    if (address + bytes + spareAfter > kernel.memory.byteLength) return undefined;
    free = address + bytes + spareAfter;
    return Buffer.from(kernel.memory, address, bytes);
  }

  /** Where what lies elsewhere is copied to: one more for what is asked while matches are told. */
  const desks = [allot(deskBytes)!, allot(deskBytes)!];
  let asked = 0;

  /** `shift`: what is added to an address to get the place in the stretch's bytes. */
  function tell(found: Uint32Array, stretch: Stretch, shift: number, runs: Runs, onMatch: OnMatch): void {
    for (let index = 0; index < found.length; index += 3) {
      const at = found[index]! + shift;
      const literal = found[index + 1]!;
      const place = found[index + 2]!;
      const { bytes, windowBytes, wraps = false, anyCase = false } = wanted[literal]!;
      if (windowBytes === undefined && !wraps) onMatch(literal, at - place, at - place + bytes.length);
      else {
        const isSame = (byte: number, index: number): boolean =>
          byte === bytes[index] || (anyCase && lowered(byte) === lowered(bytes[index]!));
        const tellOne = wraps ? tellWrapped : tellRun;
        tellOne({ literal, length: bytes.length, isSame }, stretch, at, place, runs, onMatch);
      }
    }
  }

  function tellAll(found: Uint32Array, stretch: Stretch, shift: number, runs: Runs, onMatch: OnMatch): void {
    asked++;
    try {
      tell(found, stretch, shift, runs, onMatch);
    } finally {
      asked--;
    }
  }

  function scanHere(stretch: Stretch, first: number, last: number, runs: Runs, onMatch: OnMatch): void {
    const { byteOffset } = stretch.bytes;
    if (stretch.met !== undefined) {
      tellAll(stretch.met, stretch, -byteOffset, runs, onMatch);
      return;
    }
    const count = kernel.scan(
      byteOffset + stretch.from,
      byteOffset + stretch.to,
      byteOffset + first,
      // short literals are met by their fourth byte: at the end there may be none
      byteOffset + (last === stretch.to ? last + shortestBytes : last),
    );
    if (count === 0) return;
    if (count <= kernel.mostFound) {
      tellAll(kernel.found(count), stretch, -byteOffset, runs, onMatch);
      return;
    }
    const middle = first + Math.ceil((last - first) / 2 / blockBytes) * blockBytes;
    scanHere(stretch, first, middle, runs, onMatch);
    scanHere(stretch, middle, last, runs, onMatch);
  }

  function scanCopy(stretch: Stretch, first: number, last: number, runs: Runs, onMatch: OnMatch): void {
    const copies = desks[asked]!;
    for (let at = first; at < last; at += portionBytes) {
      const end = Math.min(at + portionBytes, last);
      const from = Math.max(stretch.from, at - reachBytes);
      const to = Math.min(stretch.to, end + reachBytes);
      stretch.bytes.copy(copies, 0, from, to);
      const here = { bytes: copies, from: 0, to: to - from, at: stretch.at + from };
      scanHere(here, at - from, end - from, runs, (literal, start, stop) =>
        onMatch(literal, start + from, stop + from),
      );
    }
  }

  return {
    scan: (stretch, first, last, runs, onMatch) => {
      if (literals.length === 0 || first >= last) return;
      if (stretch.bytes.buffer === kernel.memory) scanHere(stretch, first, last, runs, onMatch);
      else scanCopy(stretch, first, last, runs, onMatch);
    },
    window: (bytes) => allot(bytes) ?? Buffer.allocUnsafeSlow(bytes),
    lineEnds: (bytes, from, to) =>
      bytes.buffer === kernel.memory
        ? kernel.lineEnds(bytes.byteOffset + from, bytes.byteOffset + to)
        : countLineEnds(bytes, from, to),
    skim: (bytes, from, to) =>
      bytes.buffer === kernel.memory ? kernel.skim?.(bytes.byteOffset + from, bytes.byteOffset + to) : undefined,
    shared: kernel.shared,
  };
}

/** The literal that was met: is this byte its number `index`? */
type Met = {
  readonly literal: number;
  readonly length: number;
  readonly isSame: (byte: number, index: number) => boolean;
};

function lowered(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

/** Follows a run to both sides of where it was met, and tells it unless it is known or goes on from one that is. */
function tellRun(
  { literal, length, isSame }: Met,
  { bytes, from, to, at }: Stretch,
  met: number,
  place: number,
  runs: Runs,
  onMatch: OnMatch,
): void {
  const last = runs.get(literal);
  if (last !== undefined && last.end > at + met) return;
  let left = 0;
  const leftMost = Math.min(place, met - from, reachBytes);
  while (left < leftMost && isSame(bytes[met - left - 1]!, place - left - 1)) left++;
  let right = 0;
  const rightMost = Math.min(length - place, to - met, reachBytes);
  while (right < rightMost && isSame(bytes[met + right]!, place + right)) right++;
  const origin = at + met - place;
  runs.set(literal, { end: at + met + right, origin });
  const goesOn = last !== undefined && last.origin === origin && at + met - left <= last.end;
  if (!goesOn) onMatch(literal, met - left, met + right);
}

/** The same of one in which a line's end may stand anywhere. */
function tellWrapped(
  { literal, length, isSame }: Met,
  { bytes, from, to, at }: Stretch,
  met: number,
  place: number,
  runs: Runs,
  onMatch: OnMatch,
): void {
  const last = runs.get(literal);
  if (last !== undefined && last.end > at + met) return;
  let start = outOfLineEnd(bytes, from, met);
  for (let index = place; index > 0 && met - start < reachBytes; index--) {
    const before = beforeLineEnd(bytes, from, start, (byte) => isSame(byte, index - 1));
    if (before === -1) break;
    start = before;
  }
  let end = met;
  for (let index = place; index < length && end - met < reachBytes; index++) {
    const next = afterLineEnd(bytes, to, end, (byte) => isSame(byte, index));
    if (next === -1) break;
    end = next;
  }
  runs.set(literal, { end: at + end, origin: at + met - place });
  const goesOn = last !== undefined && at + start < last.end;
  if (!goesOn) onMatch(literal, start, end);
}
