import type { Readable, Writable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { Mask, MaskHit } from "../../secret/mask.ts";

/**
 * On a terminal somebody waits for what a program prints: what may be the beginning of a value is held back so long at most.
 */
const patienceMs = 100;

export type FollowAsk = {
  readonly from: Readable;
  readonly to: Writable;
  readonly mask: Mask;
  /** What is held back is shown after a while (`-t`). */
  readonly isTerminal: boolean;
};

/**
 * Copies one stream, masked. Where nobody reads ours any more Docker's is closed, as it would be without us.
 *
 * @returns what was hidden
 */
export async function follow({ from, to, mask, isTerminal }: FollowAsk): Promise<readonly MaskHit[]> {
  const stream = mask.stream();
  let isClosed = false;
  const show = async (bytes: Uint8Array): Promise<void> => {
    if (bytes.byteLength === 0 || isClosed) return;
    // process.stdout never is destroyed, whatever becomes of it: what a write is told is all there is to go by
    const written = new Promise<void>((done) => {
      to.write(bytes, (error) => {
        isClosed ||= error !== undefined && error !== null;
        done();
      });
    });
    // a pipe that nobody reads fast enough must not become our memory
    if (to.writableNeedDrain || to.destroyed) await written;
  };
  for await (const chunk of isTerminal ? withPauses(from) : from) {
    await show(chunk === undefined ? stream.end() : stream.push(chunk as Uint8Array));
    if (isClosed) break;
  }
  await show(stream.end());
  return stream.hits();
}

/** The chunks, and undefined after each pause. */
async function* withPauses(from: Readable): AsyncIterable<Uint8Array | undefined> {
  const chunks = from[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  try {
    for (;;) {
      const next = chunks.next();
      const pause = new AbortController();
      const first = await Promise.race([
        next.then(() => "chunk" as const),
        wait(patienceMs, "pause" as const, { signal: pause.signal }).catch(() => "chunk" as const),
      ]);
      pause.abort();
      if (first === "pause") yield undefined;
      const { done, value } = await next;
      if (done === true) return;
      yield value;
    }
  } finally {
    await chunks.return?.();
  }
}
