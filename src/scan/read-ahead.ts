import { type Ring, ringWords as word } from "./ring.ts";
import type { Search } from "./search.ts";
import { contextBytes, type Portion } from "./strand.ts";

/** A file's bytes, in turn. */
export type ReadAhead = {
  /** What comes next; a portion that has nothing new is the last, then there is none. Another thread may overwrite those before. */
  readonly next: () => Portion | undefined;
  readonly close: () => void;
};

/** What is read of a file, and who helps. */
export type Source = {
  /** Gives how many bytes there were from `at` on. @throws the system's error */
  readonly read: (into: Buffer, from: number, to: number, at: number) => number;
  /** Has another thread take its part; undefined where that is not worth it. */
  readonly helpWith?: ((ring: Ring) => void) | undefined;
};

/** So much is read at once. */
export const pieceBytes = 1 << 20;
const keptBytes = 2 * contextBytes;
const slotCount = 8;
const mostMet = 8192;
/** How long to sleep before looking whether the other thread is still there. */
const patienceMs = 1000;

/** `onFailure`: it could not be read to its end. */
export function openReadAhead(
  { read, helpWith }: Source,
  search: Pick<Search, "window" | "shared">,
  onFailure: () => void,
): ReadAhead {
  const slots = [search.window(keptBytes + pieceBytes)];
  const ring = helpWith === undefined ? undefined : openRing(search, slots);
  const control = new Int32Array(ring?.control ?? new SharedArrayBuffer(controlBytes));
  /** The one that is wanted next. */
  let piece = 0;
  let isOver = false;
  if (ring !== undefined) helpWith?.(ring);

  const slotOf = (piece: number): Buffer => slots[piece % slots.length]!;
  const wordOf = (piece: number): number => word.slot + word.slotWords * (piece % slots.length);
  const isAlone = (): boolean => Atomics.load(control, word.helper) === 2;

  /** Until a word says something else, unless the other thread is gone. */
  function waitWhile(at: number, value: number): void {
    while (Atomics.load(control, at) === value && !isAlone()) Atomics.wait(control, at, value, patienceMs);
  }

  function tick(): void {
    Atomics.add(control, word.tick, 1);
    Atomics.notify(control, word.tick);
  }

  /** Gives how many bytes there were, -1 if they could not be read. */
  function readHere(into: Buffer): number {
    if (piece > 0) slotOf(piece - 1).copy(into, 0, pieceBytes, pieceBytes + keptBytes);
    let done = 0;
    try {
      while (done < pieceBytes) {
        const count = read(into, keptBytes + done, keptBytes + pieceBytes, piece * pieceBytes + done);
        if (count === 0) break;
        done += count;
      }
    } catch {
      return -1;
    }
    return done;
  }

  function fill(): number {
    const at = wordOf(piece);
    // what was in it may be hashed yet, the end of one blob and then the beginning of the next
    while (Atomics.compareExchange(control, at + word.use, 0, 2) === 1 && !isAlone()) waitWhile(at + word.use, 1);
    const count = readHere(slotOf(piece));
    control[at + word.bytes] = count;
    if (count < pieceBytes) Atomics.store(control, word.last, piece + 1);
    Atomics.store(control, at + word.state, 2);
    Atomics.store(control, at + word.piece, piece + 1);
    Atomics.store(control, at + word.use, 0);
    return count;
  }

  /** It is read by who comes first, and here where the other thread is gone. */
  function take(): number {
    Atomics.store(control, word.at, piece);
    if (Atomics.compareExchange(control, word.next, piece, piece + 1) === piece) return fill();
    const at = wordOf(piece);
    for (;;) {
      const there = Atomics.load(control, at + word.piece);
      if (there === piece + 1) return control[at + word.bytes]!;
      if (isAlone()) return fill();
      waitWhile(at + word.piece, there);
    }
  }

  function meet(piece: number): Portion["met"] {
    const at = wordOf(piece);
    const state = at + word.state;
    return (from, to) => {
      if (from !== contextBytes || to !== contextBytes + pieceBytes) return undefined;
      let found = Atomics.compareExchange(control, state, 0, 2);
      if (found === 1) {
        waitWhile(state, 1);
        found = Atomics.load(control, state);
      }
      if (found !== 3) return undefined;
      return new Uint32Array(
        ring!.kernel.memory.buffer,
        ring!.slots[piece % slots.length]!.met,
        3 * control[at + word.met]!,
      ).slice();
    };
  }

  return {
    next: () => {
      if (isOver) return undefined;
      const count = take();
      tick();
      isOver = count < pieceBytes;
      if (count < 0) onFailure();
      const portion = {
        bytes: slotOf(piece),
        fresh: keptBytes,
        to: keptBytes + Math.max(0, count),
        met: ring === undefined ? () => undefined : meet(piece),
      };
      piece++;
      return portion;
    },
    close: () => {
      Atomics.store(control, word.over, 1);
      tick();
    },
  };
}

const controlBytes = 4 * (word.slot + word.slotWords * slotCount);

/** Adds the slots' memory; undefined where there is none that can be shared. */
function openRing({ window, shared }: Pick<Search, "window" | "shared">, slots: Buffer[]): Ring | undefined {
  if (shared === undefined) return undefined;
  const more = Array.from({ length: slotCount - 1 }, () => window(keptBytes + pieceBytes));
  const all = [...slots, ...more];
  const met = all.map(() => window(12 * mostMet));
  if ([...all, ...met].some(({ buffer }) => buffer !== shared.memory.buffer)) return undefined;
  slots.push(...more);
  return {
    control: new SharedArrayBuffer(controlBytes),
    words: word,
    kernel: shared,
    slots: slots.map(({ byteOffset }, index) => ({ address: byteOffset, met: met[index]!.byteOffset })),
    pieceBytes,
    keptBytes,
    mostMet,
  };
}
