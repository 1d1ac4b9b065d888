import { Worker } from "node:worker_threads";
import type { Ring } from "../scan/ring.ts";

/** A thread beside, that goes through an open file, too. */
export type FileThread = {
  /** Starts it, so that it is there when it is asked. */
  readonly start: () => void;
  /** Reads the file ahead from where it is told. */
  readonly readInto: (ring: Ring) => void;
  /** The digest of a part of the file, in hex. Rejects where it cannot be read. */
  readonly digest: (algorithm: string, at: number, bytes: number) => Promise<string>;
  readonly close: () => Promise<void>;
};

type Asked = { readonly id: number; readonly algorithm: string; readonly at: number; readonly bytes: number };
type Answer = { readonly id: number; readonly hex?: string };

export function openFileThread(file: number): FileThread {
  const waiting = new Map<number, { resolve: (hex: string) => void; reject: (error: Error) => void }>();
  let worker: Worker | undefined;
  let ring: Ring | undefined;
  let asked = 0;
  let hasEnded = false;

  /** It could not start, or it is closed. */
  function failAll(): void {
    hasEnded = true;
    for (const { reject } of waiting.values()) reject(ended());
    waiting.clear();
  }

  function started(): Worker {
    if (worker !== undefined) return worker;
    // as a text, for it has to run from a bundle and from the sources alike
    worker = new Worker(`(${goThrough})(${file})`, { eval: true, execArgv: [], env: {} });
    worker.on("message", ({ id, hex }: Answer) => {
      const { resolve, reject } = waiting.get(id)!;
      waiting.delete(id);
      if (hex === undefined) reject(new Error("it cannot be read"));
      else resolve(hex);
    });
    worker.on("error", failAll);
    worker.on("exit", failAll);
    return worker;
  }

  return {
    start: () => void started(),
    readInto: (given) => {
      ring = given;
      started().postMessage({ ring });
    },
    digest: (algorithm, at, bytes) =>
      new Promise((resolve, reject) => {
        if (hasEnded) {
          reject(ended());
          return;
        }
        const id = ++asked;
        waiting.set(id, { resolve, reject });
        started().postMessage({ id, algorithm, at, bytes } satisfies Asked);
        if (ring === undefined) return;
        const control = new Int32Array(ring.control);
        Atomics.add(control, ring.words.tick, 1);
        Atomics.notify(control, ring.words.tick);
      }),
    close: async () => {
      await worker?.terminate();
    },
  };
}

function ended(): Error {
  return new Error("the thread that hashes has ended");
}

/** What the thread runs. Its text is all that it has: nothing from outside it. */
function goThrough(file: number): void {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const { readSync } = process.getBuiltinModule("node:fs");
  const { parentPort, receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads");
  const port = parentPort!;
  const own = Buffer.allocUnsafeSlow(1 << 18);
  const leastAhead = 2;
  type Job = Asked & { done: number; readonly hash: ReturnType<typeof createHash> };
  const jobs: Job[] = [];
  /** What is in memory from a place of the file on; undefined: nothing. */
  let heldFrom = (_at: number): Buffer | undefined => undefined;

  function take(asked: Asked): void {
    try {
      jobs.push({ ...asked, done: 0, hash: createHash(asked.algorithm) });
    } catch {
      port.postMessage({ id: asked.id });
    }
  }

  /** Goes on with the digest that was asked for first. */
  function hashNext(): void {
    const job = jobs[0]!;
    try {
      const at = job.at + job.done;
      const held = heldFrom(at) ?? own.subarray(0, readSync(file, own, 0, own.length - (at % own.length), at));
      const part = held.subarray(0, job.bytes - job.done);
      if (part.length === 0 && job.bytes > job.done) throw new Error("the file ends before");
      job.hash.update(part);
      job.done += part.length;
      if (job.done < job.bytes) return;
      jobs.shift();
      port.postMessage({ id: job.id, hex: job.hash.digest("hex") });
    } catch {
      jobs.shift();
      port.postMessage({ id: job.id });
    }
  }

  function readAhead({ control: shared, words, kernel, slots, pieceBytes, keptBytes, mostMet }: Ring): void {
    const control = new Int32Array(shared);
    const bytes = Buffer.from(kernel.memory.buffer);
    const { configure, scan } = new WebAssembly.Instance(kernel.module, { env: { memory: kernel.memory } }).exports as {
      configure: (...settings: number[]) => void;
      scan: (from: number, to: number, first: number, last: number) => number;
    };
    let first = -1;
    let next = -1;
    let isAtEnd = false;
    const slotOf = (piece: number): number => (piece - first + 1) % slots.length;
    const wordOf = (piece: number): number => words.slot + 4 * slotOf(piece);
    const addressOf = (piece: number): number => slots[slotOf(piece)]!.address;

    function mayFill(): boolean {
      return first >= 0 && !isAtEnd && next - slots.length < Atomics.load(control, words.at);
    }

    /** What was not read yet is not read for its digest alone. */
    function mayHash(): boolean {
      const job = jobs[0];
      return job !== undefined && (isAtEnd || Math.floor((job.at + job.done) / pieceBytes) < next);
    }

    function fill(): void {
      const address = addressOf(next);
      const before = slots[(next - first) % slots.length]!.address + pieceBytes;
      bytes.copyWithin(address, before, before + keptBytes);
      let done = 0;
      try {
        while (done < pieceBytes) {
          const count = readSync(file, bytes, address + keptBytes + done, pieceBytes - done, next * pieceBytes + done);
          if (count === 0) break;
          done += count;
        }
      } catch {
        done = -1;
      }
      const at = wordOf(next);
      isAtEnd = done < pieceBytes;
      control[at + words.bytes] = done;
      // nothing stands before the first one, and the last is shorter: the other thread looks at both
      Atomics.store(control, at + words.state, isAtEnd || next === 0 ? 2 : 0);
      Atomics.store(control, at + words.piece, next + 1);
      Atomics.notify(control, at + words.piece);
      next++;
    }

    function searchOne(): boolean {
      for (let piece = next - 1; piece > Atomics.load(control, words.at); piece--) {
        const at = wordOf(piece);
        if (Atomics.compareExchange(control, at + words.state, 0, 1) !== 0) continue;
        const { address, met } = slots[slotOf(piece)]!;
        configure(...kernel.settings.slice(0, -2), met, mostMet);
        const from = address + keptBytes / 2;
        const count = scan(address, address + keptBytes + pieceBytes, from, from + pieceBytes);
        control[at + words.met] = count;
        Atomics.store(control, at + words.state, count > mostMet ? 4 : 3);
        Atomics.notify(control, at + words.state);
        return true;
      }
      return false;
    }

    heldFrom = (at) => {
      const piece = Math.floor(at / pieceBytes);
      if (first < 0 || piece < first || piece >= next || piece < next - slots.length) return undefined;
      const from = addressOf(piece) + keptBytes;
      return bytes.subarray(from + (at % pieceBytes), from + control[wordOf(piece) + words.bytes]!);
    };
    Atomics.store(control, words.reader, 1);
    try {
      while (Atomics.load(control, words.over) === 0) {
        const tick = Atomics.load(control, words.tick);
        for (let asked = receiveMessageOnPort(port); asked !== undefined; asked = receiveMessageOnPort(port)) {
          take(asked.message as Asked);
        }
        if (first < 0 && Atomics.load(control, words.first) > 0) {
          first = Atomics.load(control, words.first) - 1;
          next = first;
        }
        // that nobody waits comes first; then that nothing is overwritten before it was hashed
        if (mayFill() && next - Atomics.load(control, words.at) < leastAhead) fill();
        else if (mayHash()) hashNext();
        else if (mayFill()) fill();
        else if (!searchOne()) Atomics.wait(control, words.tick, tick);
      }
    } finally {
      heldFrom = () => undefined;
      Atomics.store(control, words.reader, 2);
      for (const at of slots.keys()) Atomics.notify(control, words.slot + 4 * at + words.piece);
    }
  }

  port.on("message", (asked: Asked | { readonly ring: Ring }) => {
    if ("ring" in asked) readAhead(asked.ring);
    else take(asked);
    while (jobs.length > 0) hashNext();
  });
}
