import { Worker } from "node:worker_threads";
import type { Ring } from "../scan/ring.ts";

/** A thread beside, that goes through an open file, too. */
export type FileThread = {
  /** Starts it, so that it is there when it is asked. */
  readonly start: () => void;
  /** Takes its part in a scan of the file. */
  readonly helpWith: (ring: Ring) => void;
  /** The digest of a part of the file, in hex. Rejects where it cannot be read. */
  readonly digest: (algorithm: string, at: number, bytes: number) => Promise<string>;
  readonly close: () => Promise<void>;
};

type Asked = { readonly id: number; readonly algorithm: string; readonly at: number; readonly bytes: number };
type Opened = { readonly file: number };
type Answer = { readonly id: number; readonly hex?: string };

/** From this size on a file is worth one: what is smaller is read before it has started. */
export const largeBytes = 32 << 20;

/** Started, and waiting for whoever opens a file. */
let ahead: Worker | undefined;

/** Starts one before its file is opened. It holds no process up, and nobody need take it. */
export function startThread(): void {
  const worker = newThread();
  worker.unref();
  // whoever takes it listens, too
  worker.on("error", () => {});
  worker.on("exit", () => {
    if (ahead === worker) ahead = undefined;
  });
  ahead = worker;
}

function takeThread(): Worker {
  const worker = ahead ?? newThread();
  ahead = undefined;
  worker.ref();
  return worker;
}

/** As a text, for it has to run from a bundle and from the sources alike. */
function newThread(): Worker {
  return new Worker(`(${goThrough})()`, { eval: true, execArgv: [], env: {} });
}

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
    worker = takeThread();
    worker.postMessage({ file } satisfies Opened);
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
    helpWith: (given) => {
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
function goThrough(): void {
  const { createHash } = process.getBuiltinModule("node:crypto");
  const { readSync } = process.getBuiltinModule("node:fs");
  const { parentPort, receiveMessageOnPort } = process.getBuiltinModule("node:worker_threads");
  const port = parentPort!;
  const own = Buffer.allocUnsafeSlow(1 << 18);
  type Job = Asked & { done: number; readonly hash: ReturnType<typeof createHash> };
  const jobs: Job[] = [];
  let file = -1;
  /** What is in memory from a place of the file on, and stays until it is let go; undefined: nothing. */
  let hold = (_at: number): { readonly bytes: Buffer; readonly letGo: () => void } | undefined => undefined;

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
    const at = job.at + job.done;
    const held = hold(at);
    try {
      const bytes = held?.bytes ?? own.subarray(0, readSync(file, own, 0, own.length - (at % own.length), at));
      const part = bytes.subarray(0, job.bytes - job.done);
      if (part.length === 0 && job.bytes > job.done) throw new Error("the file ends before");
      job.hash.update(part);
      job.done += part.length;
      if (job.done < job.bytes) return;
      jobs.shift();
      port.postMessage({ id: job.id, hex: job.hash.digest("hex") });
    } catch {
      jobs.shift();
      port.postMessage({ id: job.id });
    } finally {
      held?.letGo();
    }
  }

  function helpWith({ control: shared, words, kernel, slots, pieceBytes, keptBytes, mostMet }: Ring): void {
    const control = new Int32Array(shared);
    const memory = Buffer.from(kernel.memory.buffer);
    const { configure, scan } = new WebAssembly.Instance(kernel.module, { env: { memory: kernel.memory } }).exports as {
      configure: (...settings: number[]) => void;
      scan: (from: number, to: number, first: number, last: number) => number;
    };
    const wordOf = (piece: number): number => words.slot + words.slotWords * (piece % slots.length);
    const addressOf = (piece: number): number => slots[piece % slots.length]!.address;
    const isThere = (piece: number): boolean => Atomics.load(control, wordOf(piece) + words.piece) === piece + 1;
    const isRead = (): boolean => Atomics.load(control, words.last) !== 0;

    /** How many pieces were read to their end. */
    function readSoFar(): number {
      const next = Atomics.load(control, words.next);
      return next > 0 && !isThere(next - 1) ? next - 1 : next;
    }

    /** What was not read yet is not read for its digest alone. */
    function mayHash(): boolean {
      const job = jobs[0];
      return job !== undefined && (isRead() || Math.floor((job.at + job.done) / pieceBytes) < readSoFar());
    }

    /** Gives whether there was room for it, and nobody else was about to. */
    function readNext(): boolean {
      const piece = readSoFar();
      if (isRead() || piece - slots.length >= Atomics.load(control, words.at)) return false;
      if (Atomics.compareExchange(control, words.next, piece, piece + 1) !== piece) return false;
      const address = addressOf(piece);
      if (piece > 0) {
        const before = addressOf(piece - 1) + pieceBytes;
        memory.copyWithin(address, before, before + keptBytes);
      }
      let done = 0;
      try {
        while (done < pieceBytes) {
          const count = readSync(
            file,
            memory,
            address + keptBytes + done,
            pieceBytes - done,
            piece * pieceBytes + done,
          );
          if (count === 0) break;
          done += count;
        }
      } catch {
        done = -1;
      }
      const at = wordOf(piece);
      control[at + words.bytes] = done;
      if (done < pieceBytes) Atomics.store(control, words.last, piece + 1);
      // nothing stands before the first one, and the last is shorter: the scan looks at both
      Atomics.store(control, at + words.state, done < pieceBytes || piece === 0 ? 2 : 0);
      Atomics.store(control, at + words.piece, piece + 1);
      Atomics.notify(control, at + words.piece);
      return true;
    }

    function searchOne(): boolean {
      for (let piece = readSoFar() - 1; piece > Atomics.load(control, words.at); piece--) {
        const at = wordOf(piece);
        if (Atomics.compareExchange(control, at + words.state, 0, 1) !== 0) continue;
        const { address, met } = slots[piece % slots.length]!;
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

    hold = (at) => {
      const piece = Math.floor(at / pieceBytes);
      const slot = wordOf(piece);
      if (Atomics.compareExchange(control, slot + words.use, 0, 1) !== 0) return undefined;
      const letGo = (): void => {
        Atomics.store(control, slot + words.use, 0);
        Atomics.notify(control, slot + words.use);
      };
      if (isThere(piece)) {
        const from = addressOf(piece) + keptBytes;
        return { bytes: memory.subarray(from + (at % pieceBytes), from + control[slot + words.bytes]!), letGo };
      }
      letGo();
      return undefined;
    };
    Atomics.store(control, words.helper, 1);
    try {
      while (Atomics.load(control, words.over) === 0) {
        const tick = Atomics.load(control, words.tick);
        for (let asked = receiveMessageOnPort(port); asked !== undefined; asked = receiveMessageOnPort(port)) {
          take(asked.message as Asked);
        }
        if (mayHash()) hashNext();
        else if (!readNext() && !searchOne()) Atomics.wait(control, words.tick, tick);
      }
    } finally {
      hold = () => undefined;
      Atomics.store(control, words.helper, 2);
      for (const index of slots.keys()) {
        const at = words.slot + words.slotWords * index;
        for (const each of [words.piece, words.state, words.use]) Atomics.notify(control, at + each);
      }
    }
  }

  port.on("message", (first: Opened | Asked | { readonly ring: Ring }) => {
    for (let asked: typeof first | undefined = first; asked !== undefined || jobs.length > 0; ) {
      if (asked === undefined) hashNext();
      else if ("file" in asked) file = asked.file;
      else if ("ring" in asked) helpWith(asked.ring);
      else take(asked);
      asked = receiveMessageOnPort(port)?.message;
    }
  });
}
