import { type Member, unpackMember } from "./engine/at-once.ts";
import {
  type Compression,
  type DecodeProblem,
  damaged,
  type Engine,
  type Reserve,
  windowTooLarge,
} from "./engine/engine.ts";
import { startEngine } from "./engine/start.ts";
import { createZstdFrame } from "./engine/zstd-frame.ts";
import type { Magic } from "./magic.ts";
import { beginsStream, markBytes } from "./stream-mark.ts";
import { windowOf } from "./window.ts";

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
 * (`batchBytes` each) the last `batchesThere` have to be.
 *
 * @param reserve is asked before each stream that refers far back is unpacked; where it refuses, the rest is not
 * @param onTrailing gets what follows the end
 */
export async function decode(
  compression: Compression,
  input: AsyncIterable<Uint8Array>,
  limits: DecodeLimits,
  onPiece: (piece: Buffer) => Promise<void> | void,
  reserve: Reserve = async () => true,
  onTrailing?: (bytes: Uint8Array) => Promise<void>,
): Promise<Decoded> {
  let bytes = 0;
  /** Bytes that engines took which have finished. */
  let packed = 0;
  let trailing = 0;
  let streams = 0;
  let problem: DecodeProblem | undefined;
  let engine: Engine | undefined;
  /** Too little between two streams to tell whether the second is one. */
  let held: Uint8Array = noBytes;
  /** Packed bytes of the last stream. */
  let latest = 0;

  async function take(piece: Buffer): Promise<boolean> {
    const room = limits.maxBytes - bytes;
    bytes += Math.min(piece.length, room);
    await onPiece(piece.length > room ? piece.subarray(0, room) : piece);
    problem = piece.length > room ? tooLarge(limits) : bombOf(packed + (engine?.taken() ?? 0), bytes, limits);
    return problem === undefined;
  }

  try {
    for await (const batch of inBatches(input)) {
      await feed([batch], false);
      if (problem !== undefined) break;
    }
    // What the last engine left may be streams of their own.
    do await feed(engine === undefined ? [] : await finish(engine), true);
    while (engine !== undefined);
  } finally {
    engine?.abandon();
  }
  return { bytes, trailing, ...(problem === undefined ? {} : { problem }) };

  /** Hands all of it to an engine; one for each stream that begins in it. */
  async function feed(batches: readonly Uint8Array[], isLast: boolean): Promise<void> {
    const waiting = [held, ...batches];
    held = noBytes;
    while (waiting.length > 0 && problem === undefined) {
      const batch = waiting.shift()!;
      if (engine !== undefined) {
        if (!(await engine.feed(batch))) waiting.unshift(...(await finish(engine)));
      } else if (trailing > 0) {
        await pass(batch);
      } else if (streams > 0) {
        await goOn(batch, waiting, isLast);
      } else if (batch.length > 0) {
        await begin(batch, waiting);
      }
    }
  }

  /** Behind a stream: padding, then another one, or what is none. */
  async function goOn(batch: Uint8Array, waiting: Uint8Array[], isLast: boolean): Promise<void> {
    const rest = batch.subarray(zerosAtStart(batch));
    const next = waiting.shift();
    if (rest.length >= markBytes || (next === undefined && isLast)) {
      if (next !== undefined) waiting.unshift(next);
      if (beginsStream(compression, rest)) await begin(rest, waiting);
      else await pass(rest);
    } else if (next === undefined) {
      held = Buffer.from(rest);
    } else {
      waiting.unshift(Buffer.concat([rest, next]));
    }
  }

  async function pass(bytes: Uint8Array): Promise<void> {
    trailing += bytes.length;
    if (bytes.length > 0) await onTrailing?.(bytes);
  }

  /** A stream begins with these bytes; what they hold behind it will be `waiting`. */
  async function begin(bytes: Uint8Array, waiting: Uint8Array[]): Promise<void> {
    const member = streams > 0 || compression === "zstd" ? smallMember(compression, bytes, latest) : undefined;
    if (member !== undefined) {
      waiting.unshift(bytes.subarray(member.used));
      await takeMember(member);
      return;
    }
    streams++;
    if (!(await reserve(windowOf(compression, bytes)))) {
      problem = windowTooLarge;
      return;
    }
    try {
      engine = await startEngine(compression, take, reserve);
    } catch (error) {
      problem = notStarted(error);
      return;
    }
    waiting.unshift(bytes);
  }

  async function takeMember({ piece, used }: Member): Promise<void> {
    streams++;
    latest = used;
    packed += used;
    if (piece.length > 0) await take(piece);
    // what Node holds for each it lets go of only between turns
    if (streams % membersInTurn === 0) await new Promise<void>((resolve) => void setImmediate(resolve));
  }

  /** Gives what the engine did not take. */
  async function finish(ending: Engine): Promise<readonly Uint8Array[]> {
    const result = await ending.finish();
    // A limit that was reached meanwhile says more.
    problem ??= result;
    if (ending.taken() === 0) problem ??= damaged;
    latest = ending.taken();
    packed += latest;
    engine = undefined;
    return ending.left();
  }
}

/** A stream's set-up costs more than to unpack so many bytes: what is no larger, and there to its end, is unpacked at once. */
const smallMemberBytes = 128 * 1024;
const mostOfMember = 8 << 20;
const membersInTurn = 64;
const noBytes = Buffer.alloc(0);

/** @param latest how large the stream before it was: gzip does not say it of one */
function smallMember(compression: Compression, rest: Uint8Array, latest: number): Member | undefined {
  if (compression !== "zstd" && (compression !== "gzip" || latest > smallMemberBytes)) return undefined;
  let bytes = Buffer.from(rest.buffer, rest.byteOffset, rest.length);
  if (compression === "zstd") {
    const frame = createZstdFrame();
    bytes = bytes.subarray(0, frame.push(bytes.subarray(0, smallMemberBytes)));
    if (!frame.hasEnded()) return undefined;
    const isSkippable = (bytes[0]! & 0xf0) === 0x50;
    if (isSkippable) return { piece: noBytes, used: bytes.length };
  }
  const member = unpackMember(compression, bytes, mostOfMember);
  return typeof member === "object" && "piece" in member && member.problem === undefined ? member : undefined;
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

/** It needs memory that there is not, or is not installed. */
function notStarted(error: unknown): DecodeProblem {
  const { code, name } = error as { readonly code?: string; readonly name?: string };
  return { kind: "limit", why: `what unpacks it could not be started (${code ?? name ?? "unknown"})` };
}

export function tooLarge(limits: DecodeLimits): DecodeProblem {
  return { kind: "limit", why: `it unpacks to more than ${limits.maxBytes} bytes` };
}

export function bombOf(packed: number, bytes: number, limits: DecodeLimits): DecodeProblem | undefined {
  if (bytes <= limits.bombBytes || bytes <= packed * limits.bombRatio) return undefined;
  return { kind: "limit", why: `it unpacks to more than ${limits.bombRatio} times its size` };
}

export function zerosAtStart(bytes: Uint8Array): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === 0) count++;
  return count;
}
