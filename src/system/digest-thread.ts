import { Worker } from "node:worker_threads";

export type DigestThread = {
  /** The digest of a part of the file, in hex. Rejects where it cannot be read. */
  readonly digest: (algorithm: string, at: number, bytes: number) => Promise<string>;
  readonly close: () => Promise<void>;
};

type Asked = { readonly id: number; readonly algorithm: string; readonly at: number; readonly bytes: number };
type Answer = { readonly id: number; readonly hex?: string };

/**
 * Hashes parts of an open file on a thread of its own, which is started when it is first asked. It reads them itself: to hand
 * the bytes over would cost as much as to read them once more.
 */
export function openDigestThread(file: number): DigestThread {
  const waiting = new Map<number, { resolve: (hex: string) => void; reject: (error: Error) => void }>();
  let worker: Worker | undefined;
  let asked = 0;

  function failAll(): void {
    for (const { reject } of waiting.values()) reject(new Error("the thread that hashes has ended"));
    waiting.clear();
  }

  function start(): Worker {
    // as a text, for it has to run from a bundle and from the sources alike
    const started = new Worker(`(${answerEach})(${file})`, { eval: true, execArgv: [], env: {} });
    started.on("message", ({ id, hex }: Answer) => {
      const { resolve, reject } = waiting.get(id)!;
      waiting.delete(id);
      if (hex === undefined) reject(new Error("it cannot be read"));
      else resolve(hex);
    });
    started.on("error", failAll);
    started.on("exit", failAll);
    return started;
  }

  return {
    digest: (algorithm, at, bytes) =>
      new Promise((resolve, reject) => {
        worker ??= start();
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, algorithm, at, bytes } satisfies Asked);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}

/** What the thread runs. Its text is all that it has: nothing from outside it. */
function answerEach(file: number): void {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const { readSync } = process.getBuiltinModule("node:fs");
  const { parentPort } = process.getBuiltinModule("node:worker_threads");
  const piece = Buffer.allocUnsafeSlow(1 << 18);

  function digest({ algorithm, at, bytes }: Asked): string | undefined {
    const hash = createHash(algorithm);
    for (let done = 0; done < bytes; ) {
      const count = readSync(file, piece, 0, Math.min(piece.length, bytes - done), at + done);
      if (count === 0) return undefined;
      hash.update(count === piece.length ? piece : piece.subarray(0, count));
      done += count;
    }
    return hash.digest("hex");
  }

  parentPort!.on("message", (asked: Asked) => {
    let hex: string | undefined;
    try {
      hex = digest(asked);
    } catch {
      hex = undefined;
    }
    parentPort!.postMessage(hex === undefined ? { id: asked.id } : { id: asked.id, hex });
  });
}
