import type { FileSink, Walker } from "./spot.ts";

/** What is appended to a script begins within so many bytes: the scripts in front of programs are short. */
const reachBytes = 1 << 16;

/**
 * Looks for a mark in the first bytes of a file, and walks what begins with it: the zip behind the first line of a Python
 * program, behind the start script of a Java one. Nothing is held; without the mark the file is what it is.
 */
export function createAppended(mark: Buffer, open: (at: number) => Walker | undefined): FileSink {
  let walker: Walker | undefined;
  let found = Number.POSITIVE_INFINITY;
  let looked = 0;
  let isOver = false;
  /** The last bytes so far: the mark may have begun in them. */
  let tail: Buffer = Buffer.alloc(0);

  /** Where the mark begins, seen from `from`: before it when it began in an earlier piece. */
  function find(bytes: Buffer, from: number, to: number): number | undefined {
    const joined = Buffer.concat([tail, bytes.subarray(from, Math.min(to, from + mark.length - 1))]);
    const early = joined.indexOf(mark);
    if (early !== -1) return early - tail.length;
    const late = bytes.subarray(from, to).indexOf(mark);
    tail = Buffer.concat([tail, bytes.subarray(Math.max(from, to - mark.length + 1), to)]).subarray(1 - mark.length);
    return late === -1 ? undefined : late;
  }

  return {
    write: (bytes, from, to, at) => {
      if (walker !== undefined) {
        walker.push(bytes, from, to, at);
        return;
      }
      if (isOver) return;
      const place = find(bytes, from, to);
      looked += to - from;
      isOver = looked >= reachBytes;
      if (place === undefined) return;
      isOver = true;
      found = at + place;
      walker = open(found);
      if (place < 0) walker?.push(mark, 0, -place, found);
      walker?.push(bytes, from + Math.max(0, place), to, at + Math.max(0, place));
    },
    end: (at) => walker?.end(at),
    spot: (offset) => (offset < found ? undefined : walker?.spot(offset)),
    forget: (before) => walker?.forget(before),
  };
}
