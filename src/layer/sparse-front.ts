import { createSparseMap, mostSparseParts, type SparseMap } from "./sparse-map.ts";
import type { Base, FileSink } from "./spot.ts";
import { tarBlock } from "./tar-header.ts";

/** A number has no more digits: it would not be exact. */
const mostDigits = 15;

/**
 * Reads the map that stands in front of a sparse file in version 1.0 of GNU tar's form: how many parts there are, and the offset and length of
 * each, a line each, filled up to a block. Then all goes to what `open` gives for it.
 *
 * @param at where the entry's `size` bytes begin in their stream.
 * @param open gets the map of a file of `realSize` bytes, or what is wrong with it, and where what is stored begins.
 */
export function createSparseFront(
  base: Base,
  { at, size, realSize }: { readonly at: number; readonly size: number; readonly realSize: number },
  open: (map: SparseMap | string, data: number) => FileSink | undefined,
): FileSink {
  const numbers: number[] = [];
  let count: number | undefined;
  let number = 0;
  let digits = 0;
  let state: "map" | "file" | "over" = "map";
  /** Where what is stored begins: known at the end of the last line. */
  let data: number | undefined;
  let sink: FileSink | undefined;

  /** The next byte of the map; tells what is wrong with it. */
  function take(byte: number, next: number): string | undefined {
    if (byte !== 0x0a) {
      number = number * 10 + (byte - 0x30);
      digits++;
      return byte < 0x30 || byte > 0x39 || digits > mostDigits ? "its map cannot be read" : undefined;
    }
    if (digits === 0) return "its map cannot be read";
    if (count === undefined) count = number;
    else numbers.push(number);
    number = 0;
    digits = 0;
    if (count > mostSparseParts) return `its map has more than ${mostSparseParts} parts`;
    if (numbers.length === 2 * count) data = at + Math.ceil((next - at) / tarBlock) * tarBlock;
    return undefined;
  }

  function stop(why: string): void {
    state = "over";
    open(why, at);
  }

  function begin(): void {
    state = "file";
    sink = open(createSparseMap(numbers.splice(0), realSize), data!);
  }

  return {
    write: (bytes, from, to, start) => {
      let next = from;
      while (state === "map" && data === undefined && next < to) {
        const problem = take(bytes[next]!, start + ++next - from);
        if (problem !== undefined) stop(problem);
      }
      if (state === "over" || data === undefined) return;
      // filled up to a block
      const fresh = Math.max(next, from + data - start);
      if (fresh > to || (fresh === to && data < at + size)) return;
      if (state === "map") begin();
      if (fresh < to) sink?.write(bytes, fresh, to, start + fresh - from);
    },
    end: (end, whole) => {
      if (state === "map") stop("its map breaks off");
      sink?.end(end, whole);
    },
    spot: (offset) => {
      if (state === "over") return undefined;
      if (data === undefined || offset < data) return { ...base, kind: "metadata", start: at, end: data ?? at + size };
      return sink?.spot?.(offset);
    },
    forget: (before) => sink?.forget?.(before),
  };
}
