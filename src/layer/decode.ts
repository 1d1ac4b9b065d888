import type { Transform } from "node:stream";
import { createGunzip, createInflateRaw, createZstdDecompress } from "node:zlib";

export type Compression = "gzip" | "zstd" | "deflate";

export type DecodeLimits = {
  /** Most bytes to give out; what is more is cut off and said. */
  readonly maxBytes: number;
  /** A stream that grows by more than this factor past `bombBytes` is cut off and said. */
  readonly bombRatio: number;
  readonly bombBytes: number;
};

export type DecodeProblem = { readonly kind: "limit" | "truncated" | "corrupt"; readonly why: string };

/** How a compressed stream ended. `trailing` counts what follows its end, from the first byte that is not zero. */
export type Decoded = { readonly bytes: number; readonly trailing: number; readonly problem?: DecodeProblem };

/** Small pieces cost more than they are worth: at 16 KB gunzip runs at a third of its speed. */
const pieceBytes = 1 << 18;
/** What is given to the unpacking thread at once. */
export const batchBytes = 1 << 19;
/** Batches that wait for it, so that it never waits for us. */
const batchesAhead = 1;
/** Pieces that may wait for their reader while the next one is unpacked on another thread. */
const piecesAhead = 3;

/**
 * Decompresses a stream and gives each piece to `onPiece`: gzip with any number of members, zstd with any number of
 * frames, skippable ones too. It does not throw for what the input holds: what could be had was given, the rest is told.
 */
export async function decode(
  compression: Compression,
  input: AsyncIterable<Uint8Array>,
  limits: DecodeLimits,
  onPiece: (piece: Buffer) => Promise<void> | void,
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
        engine = startEngine(compression, take);
        streams++;
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
    if (ending.taken() === 0) problem ??= problemOf(undefined);
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

/** May another stream begin with this byte? A member of gzip; a frame of zstd, or a skippable one. */
export function mayBegin(compression: Compression, first: number): boolean {
  if (compression === "gzip") return first === 0x1f;
  return compression === "zstd" && (first === 0x28 || (first & 0xf0) === 0x50);
}

export function zerosAtStart(bytes: Uint8Array): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === 0) count++;
  return count;
}

type Engine = {
  /** Gives bytes to the engine, and waits while it has enough to do. False when its stream has ended, or failed. */
  readonly feed: (bytes: Uint8Array) => Promise<boolean>;
  /** Waits for what is still to come, and tells how it ended. */
  readonly finish: () => Promise<DecodeProblem | undefined>;
  /** How many bytes it took. */
  readonly taken: () => number;
  /** What it was given and did not take, for its stream ended before. */
  readonly left: () => Uint8Array;
  readonly abandon: () => void;
};

function startEngine(compression: Compression, take: (piece: Buffer) => Promise<boolean>): Engine {
  const options = { chunkSize: pieceBytes, readableHighWaterMark: piecesAhead * pieceBytes };
  const stream: Transform & { readonly bytesWritten: number } =
    compression === "gzip"
      ? createGunzip(options)
      : compression === "zstd"
        ? createZstdDecompress(options)
        : createInflateRaw(options);
  let problem: DecodeProblem | undefined;
  /** What the taker threw: his, not the data's. */
  let thrown: { readonly error: unknown } | undefined;
  /** The batches on their way, and how many bytes were given before the first of them. */
  const given: Uint8Array[] = [];
  let givenBefore = 0;
  let over = false;
  let wake = (): void => {};

  async function read(): Promise<void> {
    try {
      for await (const piece of stream) if (!(await taken(piece as Buffer))) return;
    } catch (error) {
      problem = problemOf((error as { code?: string }).code);
    }
  }

  async function taken(piece: Buffer): Promise<boolean> {
    try {
      return await take(piece);
    } catch (error) {
      thrown = { error };
      return false;
    }
  }

  function rethrow(): void {
    if (thrown !== undefined) throw thrown.error;
  }

  function onWritten(): void {
    while (given.length > 0 && givenBefore + given[0]!.length <= stream.bytesWritten) {
      givenBefore += given.shift()!.length;
    }
    wake();
  }

  // A stream that has ended or failed may leave its last write unanswered.
  const reading = read().then(() => {
    over = true;
    wake();
  });
  return {
    feed: async (bytes) => {
      given.push(bytes);
      if (!over) stream.write(bytes, onWritten);
      while (given.length > batchesAhead && !over) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      rethrow();
      return !over;
    },
    finish: async () => {
      if (!stream.destroyed && !stream.writableEnded) stream.end();
      await reading;
      rethrow();
      return problem;
    },
    taken: () => stream.bytesWritten,
    left: () => Buffer.concat(given).subarray(stream.bytesWritten - givenBefore),
    abandon: () => {
      stream.destroy();
    },
  };
}

function problemOf(code: string | undefined): DecodeProblem {
  if (code === "Z_BUF_ERROR") return { kind: "truncated", why: "its compressed data breaks off" };
  if (code === "ZSTD_error_frameParameter_windowTooLarge") {
    return { kind: "limit", why: "it needs a larger window than is allowed to unpack" };
  }
  return { kind: "corrupt", why: "its compressed data is damaged" };
}
