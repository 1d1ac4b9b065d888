import { type ByteQueue, createByteQueue } from "../layer/byte-queue.ts";
import {
  batchBytes,
  batchesThere,
  type Compression,
  type DecodeLimits,
  type DecodeProblem,
  decode,
} from "../layer/decode.ts";
import { decodeWhole } from "../layer/decode-whole.ts";
import { isAtOnce } from "../layer/engine/at-once.ts";
import { windowTooLarge } from "../layer/engine/engine.ts";
import { hasRefused } from "../layer/engine/refused.ts";
import { magicBytes } from "../layer/magic.ts";
import type { Base, FileSink, Spot, Walker } from "../layer/spot.ts";
import { windowOf } from "../layer/window.ts";
import { createRest, type OpenRest, type Rest } from "./rest.ts";
import type { Room } from "./room.ts";
import type { Strand } from "./strand.ts";

/** What was set going by one strand, and has to keep pace with it; and what reads its input by itself, aside from it. */
export type Scope = {
  readonly running: Set<Unpacking>;
  readonly aside: Set<Promise<void>>;
  /** In how many packed things it lies. */
  readonly depth: number;
};

type Unpacking = { readonly queue: ByteQueue; readonly done: Promise<void>; closed: boolean };

/** What is unpacked: how, and whose it is, from `at` of its stream on. */
export type Packed = {
  readonly compression: Compression;
  readonly base: Base;
  readonly at: number;
  readonly limits: DecodeLimits;
  /** Where its bytes can be had once more, so that nobody has to wait for them to be unpacked. */
  readonly source?: () => AsyncIterable<Uint8Array>;
};

/** What becomes of unpacked bytes. */
export type Unpacked = {
  readonly walker: Walker;
  readonly onPiece?: (piece: Buffer) => void;
  /** Where it is left out nobody takes what follows the end. */
  readonly openRest?: OpenRest;
  /** `trailing`: how many bytes follow the end that nobody took. */
  readonly onEnd: (result: { readonly trailing: number; readonly problem?: DecodeProblem }) => void;
};

/** A compressed file up to this size is unpacked at once when it is whole, if the result is no larger than that. */
const smallPackedBytes = 256 * 1024;
const noBytes = Buffer.alloc(0);
const smallBytes = 2 << 20;
/** So much of a piece is searched at once. */
const partBytes = 1 << 18;

export function createScope(depth = 0): Scope {
  return { running: new Set(), aside: new Set(), depth };
}

/** So many are unpacked aside at once: each on a thread of its own. */
const mostAside = 3;

/** Lets come in what other threads are done with. */
function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}

/** Waits until everything in the scope has kept pace. */
export async function settle(scope: Scope): Promise<void> {
  for (const unpacking of scope.running) {
    if (unpacking.closed) {
      await unpacking.done;
      scope.running.delete(unpacking);
    } else {
      await Promise.race([unpacking.queue.hungry(), unpacking.done]);
    }
  }
  while (scope.aside.size > mostAside) await Promise.race(scope.aside);
  // what is unpacked aside comes in turns of its own, for which nobody has to wait until the whole file is gone through
  if (hasRefused() || scope.aside.size > 0) await turn();
}

/** Waits until everything in the scope is done: what feeds it has ended. */
export async function finish(scope: Scope): Promise<void> {
  await settle(scope);
  await Promise.all(scope.aside);
}

/**
 * Unpacks what is written to it: at once when it is small, else on the side, in the scope. `open` is asked where the
 * unpacked bytes go, and gets the scope for what lies in them; `newStrand` searches them.
 */
export function createUnpacker(
  { compression, base, at, limits, source }: Packed,
  scope: Scope,
  open: (scope: Scope) => Unpacked,
  newStrand: (walker: Walker, room?: number) => Strand,
  room: Room,
): FileSink {
  const spot: Spot = { ...base, kind: "packed", start: at, end: Number.POSITIVE_INFINITY };
  let parts: Buffer[] = [];
  let length = 0;
  let running: Unpacking | undefined;
  /** Once it runs: what is collected until it is worth a journey. */
  let batch: Buffer = noBytes;
  let batched = 0;
  /** Batches that were unpacked. */
  const spare: Buffer[] = [];

  function run(): Unpacking {
    const queue = createByteQueue();
    const done = unpack(takenBack(queue));
    // Whoever settles sees it fail.
    done.catch(() => {});
    for (const part of parts) queue.push(part);
    parts = [];
    const unpacking = { queue, done, closed: false };
    scope.running.add(unpacking);
    return unpacking;
  }

  async function* takenBack(batches: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const given: Uint8Array[] = [];
    for await (const bytes of batches) {
      given.push(bytes);
      const before = given.length > batchesThere ? given.shift() : undefined;
      if (before?.length === batchBytes) spare.push(before as Buffer);
      yield bytes;
    }
  }

  async function unpack(input: AsyncIterable<Uint8Array>): Promise<void> {
    const inner = createScope(scope.depth + 1);
    const { head, whole, abandon } = await begin(input);
    let window = windowOf(compression, head);
    const first = await room.take(scope.depth, window);
    const { walker, onPiece, openRest, onEnd } = open(inner);
    if (first === undefined) {
      await abandon();
      onEnd({ trailing: 0, problem: windowTooLarge });
      return;
    }
    let giveBack = first;
    const keepPace = (): Promise<void> => settle(inner);
    const reserve = async (bytes: number): Promise<boolean> => {
      if (bytes <= window) return true;
      await keepPace();
      // what lies in it may hold the room that it would wait for, and wait for more of it
      if (inner.running.size > 0 || inner.aside.size > 0) return false;
      giveBack();
      const more = await room.take(scope.depth, bytes);
      giveBack = more ?? giveBack;
      window = more === undefined ? 0 : bytes;
      return more !== undefined;
    };
    const strand = newStrand(walker);
    const take = async (piece: Buffer): Promise<void> => {
      onPiece?.(piece);
      // in parts, so that the next piece is begun as soon as the thread has this one from its hands
      for (let from = 0; from < piece.length; from += partBytes) {
        if (from > 0) await turn();
        await strand.write(piece.subarray(from, from + partBytes), keepPace);
      }
    };
    let rest: Rest | undefined;
    const takeRest = async (bytes: Uint8Array): Promise<void> => {
      if (openRest === undefined) return;
      if (rest === undefined) {
        strand.end();
        await finish(inner);
        giveBack();
        rest = createRest(openRest, newStrand);
      }
      await rest.write(bytes, keepPace);
    };
    try {
      const { problem, ...decoded } = await decode(compression, whole, limits, take, reserve, takeRest);
      // what it holds at its end may be opened only then, and needs room, too
      giveBack();
      if (rest === undefined) strand.end();
      const trailing = rest?.end() ?? decoded.trailing;
      await finish(inner);
      onEnd({ trailing, ...(problem === undefined ? {} : { problem }) });
    } finally {
      giveBack();
    }
  }

  /** False when the result is too large for that. */
  function unpackAtOnce(): boolean {
    if (!isAtOnce(compression)) return false;
    const result = decodeWhole(compression, parts.length === 1 ? parts[0]! : Buffer.concat(parts), smallBytes, limits);
    if (result === undefined) return false;
    parts = [];
    const { pieces, rest, problem } = result;
    const { walker, onPiece, openRest, onEnd } = open(scope);
    for (const piece of pieces) onPiece?.(piece);
    const unpackedBytes = pieces.reduce((sum, piece) => sum + piece.length, 0);
    newStrand(walker, unpackedBytes).whole(pieces);
    const hasRest = rest.length > 0 && problem === undefined;
    const behind = hasRest ? openRest?.(rest.subarray(0, magicBytes)) : undefined;
    if (behind !== undefined) newStrand(behind, rest.length).whole([rest]);
    onEnd({ trailing: behind === undefined ? rest.length : 0, ...(problem === undefined ? {} : { problem }) });
    return true;
  }

  function sendBatch({ queue }: Unpacking): void {
    queue.push(batched === batchBytes ? batch : batch.subarray(0, batched));
    batch = noBytes;
    batched = 0;
  }

  if (source !== undefined) {
    const done = unpack(source());
    scope.aside.add(done);
    // one that failed stays, for whoever settles or finishes to see it
    done.then(
      () => scope.aside.delete(done),
      () => {},
    );
    return { spot: () => spot, write: () => {}, end: () => {} };
  }
  return {
    spot: () => spot,
    write: (bytes, from, to) => {
      // The bytes stay only as long as the call.
      if (running === undefined) {
        parts.push(Buffer.from(bytes.subarray(from, to)));
        length += to - from;
        if (length > smallPackedBytes) running = run();
        return;
      }
      for (let at = from; at < to; ) {
        if (batch.length === 0) batch = spare.pop() ?? Buffer.allocUnsafeSlow(batchBytes);
        const room = Math.min(to - at, batchBytes - batched);
        bytes.copy(batch, batched, at, at + room);
        at += room;
        batched += room;
        if (batched === batchBytes) sendBatch(running);
      }
    },
    end: () => {
      if (running === undefined && unpackAtOnce()) return;
      running ??= run();
      if (batched > 0) sendBatch(running);
      running.closed = true;
      running.queue.close();
    },
  };
}

/** Looks at how something begins. */
async function begin(input: AsyncIterable<Uint8Array>) {
  const iterator = input[Symbol.asyncIterator]();
  const first = await iterator.next();

  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }

  return {
    head: first.done === true ? noBytes : Buffer.from(first.value.buffer, first.value.byteOffset, first.value.length),
    whole: all(),
    abandon: () => iterator.return?.(),
  };
}
