import {
  type Compression,
  type DecodeProblem,
  damaged,
  type Engine,
  mostWindowBytes,
  outOfMemory,
} from "./engine/engine.ts";
import { startEngine } from "./engine/start.ts";
import type { Magic } from "./magic.ts";

export type { Compression, DecodeProblem };

/** Is a file that begins like this compressed as a whole? */
export function isCompression(magic: Magic): magic is "gzip" | "zstd" | "xz" | "bzip2" {
  return magic === "gzip" || magic === "zstd" || magic === "xz" || magic === "bzip2";
}

export type DecodeLimits = {
  /** Most bytes to give out; what is more is cut off and said. */
  readonly maxBytes: number;
  /** A stream that grows by more than this factor past `bombBytes` is cut off and said. */
  readonly bombRatio: number;
  readonly bombBytes: number;
};

/** How a compressed stream ended. `trailing` counts what follows its end, from the first byte that is not zero. */
export type Decoded = { readonly bytes: number; readonly trailing: number; readonly problem?: DecodeProblem };

/** What is given to the unpacking thread at once. */
export const batchBytes = 1 << 19;

/** So many of the last batches are there, with the one that is asked for: the memory of those before may be used again. */
export const batchesThere = 3;

/**
 * Decompresses a stream and gives each piece to `onPiece`: gzip with any number of members, zstd with any number of
 * frames, skippable ones too, xz and bzip2 with any number of streams. It does not throw for what the input holds: what could
 * be had was given, the rest is told. A piece is there until what `onPiece` gives is settled, and no longer; of the input's batches
 * (`batchBytes` each) the last `batchesThere` have to be. What asks for a larger window than `windowBytes` is not unpacked.
 */
export async function decode(
  compression: Compression,
  input: AsyncIterable<Uint8Array>,
  limits: DecodeLimits,
  onPiece: (piece: Buffer) => Promise<void> | void,
  windowBytes = mostWindowBytes,
): Promise<Decoded> {
  let bytes = 0;
  /** Bytes that engines took which have finished. */
  let packed = 0;
  let trailing = 0;
  let streams = 0;
  let problem: DecodeProblem | undefined;
  let engine: Engine | undefined;

  async function take(piece: Buffer): Promise<boolean> {
    const room = limits.maxBytes - bytes;
    bytes += Math.min(piece.length, room);
    await onPiece(piece.length > room ? piece.subarray(0, room) : piece);
    problem = piece.length > room ? tooLarge(limits) : bombOf(packed + (engine?.taken() ?? 0), bytes, limits);
    return problem === undefined;
  }

  try {
    for await (const batch of inBatches(input)) {
      await feed(batch);
      if (problem !== undefined) break;
    }
    // What the last engine left may be streams of their own.
    while (engine !== undefined) await feed(await finish(engine));
  } finally {
    engine?.abandon();
  }
  return { bytes, trailing, ...(problem === undefined ? {} : { problem }) };

  /** Hands all of it to an engine; one for each stream that begins in it. */
  async function feed(batch: Uint8Array): Promise<void> {
    let rest = batch;
    while (rest.length > 0 && problem === undefined) {
      if (engine === undefined) {
        if (trailing === 0 && streams > 0) rest = rest.subarray(zerosAtStart(rest));
        if (rest.length === 0) return;
        if (trailing > 0 || (streams > 0 && !mayBegin(compression, rest[0]!))) {
          trailing += rest.length;
          return;
        }
        engine = await startEngine(compression, take, windowBytes).catch(() => undefined);
        streams++;
        if (engine === undefined) {
          problem = outOfMemory;
          return;
        }
      }
      if (await engine.feed(rest)) return;
      rest = await finish(engine);
    }
  }

  /** Gives what the engine did not take. */
  async function finish(ending: Engine): Promise<Uint8Array> {
    const result = await ending.finish();
    // A limit that was reached meanwhile says more.
    problem ??= result;
    if (ending.taken() === 0) problem ??= damaged;
    packed += ending.taken();
    engine = undefined;
    return ending.left();
  }
}

/** Joins small pieces, for each is a journey to another thread and back. */
async function* inBatches(input: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of input) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < batchBytes) continue;
    yield waiting.length === 1 ? chunk : Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

export function tooLarge(limits: DecodeLimits): DecodeProblem {
  return { kind: "limit", why: `it unpacks to more than ${limits.maxBytes} bytes` };
}

export function bombOf(packed: number, bytes: number, limits: DecodeLimits): DecodeProblem | undefined {
  if (bytes <= limits.bombBytes || bytes <= packed * limits.bombRatio) return undefined;
  return { kind: "limit", why: `it unpacks to more than ${limits.bombRatio} times its size` };
}

/** May another stream begin with this byte? A member of gzip, a frame of zstd (or a skippable one), a stream of bzip2. */
export function mayBegin(compression: Compression, first: number): boolean {
  if (compression === "gzip") return first === 0x1f;
  if (compression === "bzip2") return first === 0x42;
  return compression === "zstd" && (first === 0x28 || (first & 0xf0) === 0x50);
}

export function zerosAtStart(bytes: Uint8Array): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === 0) count++;
  return count;
}
