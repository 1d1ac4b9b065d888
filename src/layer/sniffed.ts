import { type Magic, magicBytes, sniff } from "./magic.ts";
import type { Base, FileSink, Walker } from "./spot.ts";

/**
 * Holds a file's first bytes back until they tell what it is, then hands everything to what was chosen for it.
 * `choose` also gets where the file begins in its stream, and those first bytes.
 */
export function createSniffed(
  choose: (magic: Magic, at: number, head: Buffer) => FileSink | undefined,
): Required<Omit<FileSink, "forget">> & Pick<FileSink, "forget"> {
  let head: Buffer | undefined = Buffer.alloc(0);
  let chosen: FileSink | undefined;
  let start = 0;

  function decide(bytes: Buffer): void {
    head = undefined;
    chosen = choose(sniff(bytes, 0, Math.min(magicBytes, bytes.length)), start, bytes.subarray(0, magicBytes));
  }

  return {
    write: (bytes, from, to, at) => {
      if (head === undefined) {
        chosen?.write(bytes, from, to, at);
        return;
      }
      if (head.length === 0) start = at;
      if (head.length === 0 && to - from >= magicBytes) {
        decide(bytes.subarray(from, to));
        chosen?.write(bytes, from, to, at);
        return;
      }
      const held: Buffer = Buffer.concat([head, bytes.subarray(from, to)]);
      head = held;
      if (held.length < magicBytes) return;
      decide(held);
      chosen?.write(held, 0, held.length, start);
    },
    end: (at, whole) => {
      const held = head;
      if (held !== undefined && held.length > 0) {
        decide(held);
        chosen?.write(held, 0, held.length, start);
      }
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
