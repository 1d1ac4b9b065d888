import { type Ring, ringWords as word } from "./ring.ts";
import type { Search } from "./search.ts";
import { contextBytes, type Portion } from "./strand.ts";

/** A file's bytes, in turn. */
export type ReadAhead = {
  /** What comes next; a portion that has nothing new is the last, then there is none. Another thread may overwrite those before. */
  readonly next: () => Portion | undefined;
  readonly close: () => void;
};

/** What is read of a file, and who reads it ahead. */
export type Source = {
  /** Gives how many bytes there were from `at` on. @throws the system's error */
  readonly read: (into: Buffer, from: number, to: number, at: number) => number;
  /** Has another thread read it into a ring; undefined where that is not worth it. */
  readonly readInto?: ((ring: Ring) => void) | undefined;
};

/** So much is read at once. */
export const pieceBytes = 1 << 20;
const keptBytes = 2 * contextBytes;
const slotCount = 4;
const mostMet = 8192;
/** How long to sleep before looking whether the other thread is still there. */
const patienceMs = 1000;

/** `onFailure`: it could not be read to its end. */
export function openReadAhead(
  { read, readInto }: Source,
  search: Pick<Search, "window" | "shared">,
  onFailure: () => void,
): ReadAhead {
  const slots = [search.window(keptBytes + pieceBytes)];
  const ring = readInto === undefined ? undefined : openRing(search, slots);
  const control = new Int32Array(ring?.control ?? new SharedArrayBuffer(64));
  let current = slots[0]!;
  let piece = 0;
  /** From here on the other thread reads. */
  let first: number | undefined;
  let isOver = false;
  if (ring !== undefined) readInto?.(ring);

  /** Gives how many bytes there were, -1 if they could not be read. */
  function readHere(): number {
    const into = slots[0]!;
    if (piece > 0) current.copy(into, 0, pieceBytes, pieceBytes + keptBytes);
    current = into;
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

  function tick(): void {
    Atomics.add(control, word.tick, 1);
    Atomics.notify(control, word.tick);
  }

  /** Undefined: the other thread is gone. */
  function waitFor(slot: number): number | undefined {
    Atomics.store(control, word.at, piece);
    tick();
    const at = word.slot + 4 * slot;
    for (;;) {
      const there = Atomics.load(control, at + word.piece);
      if (there === piece + 1) break;
      if (Atomics.load(control, word.reader) === 2) return undefined;
      Atomics.wait(control, at + word.piece, there, patienceMs);
    }
    current = slots[slot]!;
    return control[at + word.bytes]!;
  }

  function meet(slot: number): Portion["met"] {
    const state = word.slot + 4 * slot + word.state;
    return (from, to) => {
      if (from !== contextBytes || to !== contextBytes + pieceBytes) return undefined;
      let found = Atomics.compareExchange(control, state, 0, 2);
      while (found === 1) {
        Atomics.wait(control, state, 1, patienceMs);
        if (Atomics.load(control, word.reader) === 2) return undefined;
        found = Atomics.load(control, state);
      }
      if (found !== 3) return undefined;
      const count = control[state - word.state + word.met]!;
      return new Uint32Array(ring!.kernel.memory.buffer, ring!.slots[slot]!.met, 3 * count).slice();
    };
  }

  return {
    next: () => {
      if (isOver) return undefined;
      if (first === undefined && Atomics.load(control, word.reader) === 1) {
        first = piece;
        Atomics.store(control, word.at, piece);
        Atomics.store(control, word.first, piece + 1);
      }
      const slot = first === undefined ? undefined : (piece - first + 1) % slotCount;
      const awaited = slot === undefined ? undefined : waitFor(slot);
      if (awaited === undefined) first = undefined;
      const count = awaited ?? readHere();
      isOver = count < pieceBytes;
      if (count < 0) onFailure();
      piece++;
      return {
        bytes: current,
        fresh: keptBytes,
        to: keptBytes + Math.max(0, count),
        met: awaited === undefined || slot === undefined ? () => undefined : meet(slot),
      };
    },
    close: () => {
      Atomics.store(control, word.over, 1);
      tick();
    },
  };
}

/** Adds the slots' memory; undefined where there is none that can be shared. */
function openRing({ window, shared }: Pick<Search, "window" | "shared">, slots: Buffer[]): Ring | undefined {
  if (shared === undefined) return undefined;
  while (slots.length < slotCount) slots.push(window(keptBytes + pieceBytes));
  const met = slots.map(() => window(12 * mostMet));
  if ([...slots, ...met].some(({ buffer }) => buffer !== shared.memory.buffer)) return undefined;
  return {
    control: new SharedArrayBuffer(4 * (word.slot + 4 * slotCount)),
    words: word,
    kernel: shared,
    slots: slots.map(({ byteOffset }, index) => ({ address: byteOffset, met: met[index]!.byteOffset })),
    pieceBytes,
    keptBytes,
    mostMet,
  };
}
