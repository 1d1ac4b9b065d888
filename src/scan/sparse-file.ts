import { createByteQueue } from "../layer/byte-queue.ts";
import { createFilledWalker } from "../layer/filled-walker.ts";
import { createHoleFiller, mostZeros } from "../layer/hole-filler.ts";
import type { SparseMap } from "../layer/sparse-map.ts";
import type { Base, FileSink, Spot, Walker } from "../layer/spot.ts";
import type { Room } from "./room.ts";
import type { Strand } from "./strand.ts";
import { createScope, finish, type Scope, settle } from "./unpacker.ts";

/** A sparse file of a tar: of it `stored` bytes stand at `at` of the tar's stream. */
export type SparseFile = {
  readonly base: Base;
  readonly at: number;
  readonly stored: number;
  readonly map: SparseMap;
};

/** What becomes of the file as it is, with its holes. */
export type SparseUse = {
  /** Takes it; what lies in it is in `scope`. */
  readonly open: (scope: Scope) => FileSink;
  /** Asked at a hole: does somebody in it want its zeros? Else they need not be there. */
  readonly wantsZeros: () => boolean;
  /** Gives so many zeros at most to be put back, and counts them. `forLines`: they do no more than keep the lines right. */
  readonly takeZeros: (wanted: number, forLines: boolean) => number;
  /** There were not enough for who wanted them: no more of it was given. */
  readonly onCut: () => void;
};

/** By then it is known what the file is: so far all zeros are put back. */
const knownBytes = 1 << 16;
/** Lines are counted so far. */
const countedBytes = 1 << 20;
/** What is stored of less than this is filled at once when it is there, if the file is no larger than that. */
const smallStoredBytes = 256 * 1024;
const smallBytes = 2 << 20;

/**
 * Searches a sparse file as what it is, on a strand of its own and by its own offsets; what is stored of it is not searched where it stands. Of a
 * hole whose zeros nobody wants there are a few, so that a large one takes no time.
 */
export function createSparseFile(
  { base, at, stored, map }: SparseFile,
  scope: Scope,
  { open, wantsZeros, takeZeros, onCut }: SparseUse,
  newStrand: (walker: Walker, room?: number) => Strand,
  room: Room,
): FileSink {
  const isSmall = map.stored <= smallStoredBytes && map.size <= smallBytes;
  const inner = isSmall ? scope : createScope(scope.depth + 1);
  const end = at + Math.min(stored, map.stored);
  const walker = createFilledWalker(base, map.size, open(inner), () => isWhole);
  const filler = createHoleFiller(map, {
    zerosAt: (place, left) => {
      if (isCut) return 0;
      const wanted = Math.min(left, mostZeros);
      if (place < knownBytes) return takeZeros(Math.min(wanted, knownBytes - place), false);
      if (wantsZeros()) return takeZeros(wanted, false);
      return place < countedBytes ? takeZeros(Math.min(wanted, countedBytes - place), true) : 0;
    },
    onShift: (place, shift) => {
      isCut = true;
      walker.shift(place, shift);
    },
  });
  const queue = createByteQueue();
  let small: Buffer[] = [];
  let isWhole = true;
  let isCut = false;
  const running = isSmall ? undefined : { queue, done: fillAside(), closed: false };
  if (running !== undefined) {
    // whoever settles sees it fail
    running.done.catch(() => {});
    scope.running.add(running);
  }

  async function fillAside(): Promise<void> {
    const giveBack = await room.take(scope.depth, 0);
    try {
      const strand = newStrand(walker);
      const write = async (pieces: Generator<Buffer>): Promise<void> => {
        for (const piece of pieces) await strand.write(piece, () => settle(inner));
      };
      for await (const bytes of queue) await write(filler.fill(bytes as Buffer));
      await write(filler.end());
      strand.end();
      await finish(inner);
      if (isCut && wantsZeros()) onCut();
    } finally {
      giveBack?.();
    }
  }

  function fillAtOnce(): void {
    const pieces = [...small.flatMap((bytes) => [...filler.fill(bytes)]), ...filler.end()];
    small = [];
    newStrand(
      walker,
      pieces.reduce((sum, piece) => sum + piece.length, 0),
    ).whole(pieces);
    if (isCut && wantsZeros()) onCut();
  }

  return {
    write: (bytes, from, to) => {
      // the bytes stay only as long as the call
      const copy = Buffer.from(bytes.subarray(from, to));
      if (running === undefined) small.push(copy);
      else queue.push(copy);
    },
    end: (_, whole) => {
      isWhole = whole && stored >= map.stored;
      if (running === undefined) {
        fillAtOnce();
        return;
      }
      running.closed = true;
      queue.close();
    },
    spot: (offset): Spot =>
      offset < end
        ? { ...base, kind: "searched", start: at, end }
        : { ...base, kind: "slack", start: end, end: Number.POSITIVE_INFINITY },
  };
}
