import type { Command, Instruction } from "../instruction.ts";
import { sourceEnd, sourceOffset } from "../logical-line.ts";
import { decode } from "../text.ts";
import { type ByteIndex, byteOf, indexBytes, unitsOf } from "./byte-index.ts";

/** Gives bytes in the file for UTF-16 offsets in a decoded body. */
export type PlaceInBody = (from: number, to: number) => { readonly start: number; readonly end: number };

/** From UTF-16 offsets in a step's body to byte offsets in the file; for many of one step take `placerOf`. */
export function placeInBody(
  instruction: Instruction,
  run: Command,
  from: number,
  to: number,
): { readonly start: number; readonly end: number } {
  return placerOf(instruction, run)(from, to);
}

/** The same for many places: `run` is the instruction itself, or the RUN in its ONBUILD. */
export function placerOf(instruction: Instruction, run: Command): PlaceInBody {
  const parts = partsOf(instruction, run);
  const partAt = (offset: number) => parts.findLast(({ from }) => from <= offset) ?? parts[0]!;
  return (from, to) => {
    const first = partAt(from);
    const start = first.start(byteOf(first.bytes, from - first.from));
    if (to <= from) return { start, end: start };
    const last = partAt(to - 1);
    return { start, end: Math.max(last.end(byteOf(last.bytes, to - last.from)), start) };
  };
}

/** A stretch of the body, from an offset in it; `start` and `end` give the file's offset for a byte of the stretch. */
type Part = {
  readonly from: number;
  readonly bytes: ByteIndex;
  readonly start: (byte: number) => number;
  readonly end: (byte: number) => number;
};

/** As `withHeredocs` in read.ts makes a body: the text, then for each here-doc a line end, its content and its name. */
function partsOf({ logical }: Instruction, run: Command): Part[] {
  const head = logical.text.slice(run.bodyFrom, run.bodyTo);
  let from = decode(head).length;
  const parts: Part[] = [
    {
      from: 0,
      bytes: indexBytes(run.body.slice(0, from), head.length),
      start: (byte) => sourceOffset(logical, run.bodyFrom + Math.min(byte, head.length)),
      end: (byte) => sourceEnd(logical, run.bodyFrom + Math.min(byte, head.length)),
    },
  ];
  for (const { name, contentStart, contentEnd, end } of run.heredocs) {
    from++;
    const width = contentEnd - contentStart;
    const units = unitsOf(run.body, from, width, name);
    // what stands after the content is the terminator, be there tabs before it or not
    const place = (byte: number) =>
      byte <= width ? contentStart + byte : Math.min(end, end - name.length + byte - width);
    parts.push({ from, bytes: indexBytes(run.body.slice(from, from + units), width), start: place, end: place });
    from += units + name.length;
  }
  return parts;
}
