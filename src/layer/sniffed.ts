import { type Magic, magicBytes, sniff } from "./magic.ts";
import type { Base, FileSink, Walker } from "./spot.ts";

/** Chooses what takes a file that begins at `at` of its stream, by its first bytes: `bytes` from `from` to `to`. */
export type Choose = (magic: Magic, at: number, bytes: Buffer, from: number, to: number) => FileSink | undefined;

/** Holds a file's first bytes back until they tell what it is, then hands everything to what was chosen for it. */
export function createSniffed(choose: Choose): Required<Pick<FileSink, "spot" | "forget">> & FileSink {
  let state: "waiting" | "decided" = "waiting";
  let head: Buffer | undefined;
  let chosen: FileSink | undefined;
  let start = 0;

  function decide(bytes: Buffer, from: number, to: number): void {
    state = "decided";
    const end = Math.min(to, from + magicBytes);
    chosen = choose(sniff(bytes, from, end), start, bytes, from, end);
  }

  /** Decides by what was held back, and hands it on. */
  function release(): void {
    if (head === undefined) return;
    const held = head;
    head = undefined;
    decide(held, 0, held.length);
    chosen?.write(held, 0, held.length, start);
  }

  return {
    write: (bytes, from, to, at) => {
      if (state === "decided") {
        chosen?.write(bytes, from, to, at);
      } else if (head === undefined && to - from >= magicBytes) {
        start = at;
        decide(bytes, from, to);
        chosen?.write(bytes, from, to, at);
      } else {
        if (head === undefined) start = at;
        const part = bytes.subarray(from, to);
        head = head === undefined ? Buffer.from(part) : Buffer.concat([head, part]);
        if (head.length >= magicBytes) release();
      }
    },
    end: (at, whole) => {
      release();
      chosen?.end(at, whole);
    },
    spot: (offset) => chosen?.spot?.(offset),
    forget: (before) => chosen?.forget?.(before),
  };
}

/** A container inside a file, not compressed: its walker goes on where the file's own bytes are. */
export function walkerSink(walker: Walker): FileSink {
  return { write: walker.push, end: walker.end, spot: walker.spot, forget: walker.forget };
}

/** A stream that is one file. */
export function createFileWalker(base: Base, sink: FileSink): Walker {
  let end = Number.POSITIVE_INFINITY;
  return {
    push: sink.write,
    end: (at) => {
      end = at;
      sink.end(at, true);
    },
    spot: (offset) => sink.spot?.(offset) ?? { ...base, kind: "content", start: 0, end },
    forget: (before) => sink.forget?.(before),
  };
}
