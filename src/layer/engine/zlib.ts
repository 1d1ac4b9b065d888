import type { Transform } from "node:stream";
import { constants, createInflateRaw, createZstdDecompress } from "node:zlib";
import {
  breaksOff,
  type DecodeProblem,
  damaged,
  type Engine,
  mostWindowBytes,
  outOfMemory,
  type Take,
  windowTooLarge,
} from "./engine.ts";
import { createZstdFrame } from "./zstd-frame.ts";

/** What Node unpacks by itself, on another thread. */
export type ZlibKind = "zstd" | "deflate";

/** RFC 8878, 3.1.1: part of XXH64. */
const zstdSumBytes = 4;

/** Small pieces cost more than they are worth: at 16 KB gunzip runs at a third of its speed. */
const pieceBytes = 1 << 19;
/** Batches that wait for it, so that it never waits for us. */
const batchesAhead = 1;
/** Pieces that may wait for their reader while the next one is unpacked on another thread. */
const piecesAhead = 2;

/** Node allows zstd twice `mostWindowBytes` by itself. */
export const zstdParams: Record<number, number> = { [constants.ZSTD_d_windowLogMax]: Math.log2(mostWindowBytes) };

export function startZlib(kind: ZlibKind, take: Take): Engine {
  const stream = createStream(kind);
  const frame = kind === "zstd" ? createZstdFrame() : undefined;
  let problem: DecodeProblem | undefined;
  /** What the taker threw: his, not the data's. */
  let thrown: { readonly error: unknown } | undefined;
  /** The batches on their way, the first of which is with the stream, and how many bytes were given before it. */
  const given: Uint8Array[] = [];
  let givenBefore = 0;
  let over = false;
  // whoever reads it to its end no longer listens
  stream.on("error", () => {});
  let wake = (): void => {};

  async function read(): Promise<void> {
    try {
      for await (const piece of stream) if (!(await taken(piece as Buffer))) return;
    } catch (error) {
      problem = problemOf((error as { code?: string }).code);
      // what came out before waits still
      for (let piece = stream.read(); piece !== null; piece = stream.read())
        if (!(await taken(piece as Buffer))) return;
    }
  }

  async function taken(piece: Buffer): Promise<boolean> {
    try {
      const goesOn = await take(piece);
      letGo(piece);
      return goesOn;
    } catch (error) {
      thrown = { error };
      return false;
    }
  }

  function rethrow(): void {
    if (thrown !== undefined) throw thrown.error;
  }

  /** One at a time: what has ended in the middle of a batch would go on with the next one. */
  function write(): void {
    stream.write(given[0]!, () => {
      const after = givenBefore + given[0]!.length;
      if (stream.bytesWritten < after) return;
      givenBefore = after;
      given.shift();
      if (given.length > 0 && !over) write();
      wake();
    });
  }

  // A stream that has ended or failed may leave its last write unanswered.
  const reading = read().then(() => {
    over = true;
    wake();
  });
  return {
    feed: async (bytes) => {
      const own = frame?.push(bytes) ?? 0;
      // what may be a sum comes by itself: where it is another, Node loses all that came out of the same bytes
      const content = frame?.hasEnded() ? Math.max(0, own - zstdSumBytes) : 0;
      const isIdle = given.length === 0;
      if (content > 0) given.push(bytes.subarray(0, content));
      given.push(bytes.subarray(content));
      if (isIdle && !over) write();
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
      return problem ?? (frame?.hasEnded() === false ? breaksOff : undefined);
    },
    taken: () => stream.bytesWritten,
    left: () => given.map((bytes, index) => (index > 0 ? bytes : bytes.subarray(stream.bytesWritten - givenBefore))),
    abandon: () => {
      stream.destroy();
    },
  };
}

/**
 * Gives memory back at once: a collector that is left to find it stops the scan for a sixth of its time. Only a piece that
 * reaches to the end of its memory is the last one in it.
 */
function letGo({ buffer, byteOffset, length }: Buffer): void {
  if (buffer instanceof ArrayBuffer && byteOffset + length === buffer.byteLength) buffer.transfer(0);
}

function createStream(kind: ZlibKind): Transform & { readonly bytesWritten: number } {
  const options = { chunkSize: pieceBytes, readableHighWaterMark: piecesAhead * pieceBytes };
  switch (kind) {
    case "zstd":
      return createZstdDecompress({ ...options, params: zstdParams });
    case "deflate":
      return createInflateRaw(options);
  }
}

/** By what Node says of its zlib, of its zstd, and of a result that it has no room for. */
export function hasNoMemory(code: string | undefined): boolean {
  return code === "Z_MEM_ERROR" || code === "ZSTD_error_memory_allocation" || code === "ERR_MEMORY_ALLOCATION_FAILED";
}

function problemOf(code: string | undefined): DecodeProblem {
  if (code === "Z_BUF_ERROR") return breaksOff;
  if (code === "ZSTD_error_frameParameter_windowTooLarge") return windowTooLarge;
  return hasNoMemory(code) ? outOfMemory : damaged;
}
