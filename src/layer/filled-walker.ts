import { indexAt } from "./region.ts";
import type { Base, FileSink, Walker } from "./spot.ts";

/** Takes a sparse file whose holes were filled, or shortened where nobody asks for zeros, and tells where in the file each byte stands. */
export type FilledWalker = Walker & {
  /** From `at` of the stream on, bytes stand `shift` further on in the file. What lies in the file is given nothing from there on. */
  readonly shift: (at: number, shift: number) => void;
};

/** @param isWhole asked at the end: was nothing missing? */
export function createFilledWalker(base: Base, size: number, sink: FileSink, isWhole: () => boolean): FilledWalker {
  const shifts: { readonly start: number; readonly shift: number }[] = [{ start: 0, shift: 0 }];
  let cutAt = Number.POSITIVE_INFINITY;
  let hasEnded = false;

  function endSink(at: number, whole: boolean): void {
    if (!hasEnded) sink.end(at, whole);
    hasEnded = true;
  }

  return {
    push: (bytes, from, to, at) => {
      const end = Math.min(to, from + cutAt - at);
      if (end > from) sink.write(bytes, from, end, at);
      if (end < to) endSink(cutAt, false);
    },
    end: (at) => endSink(Math.min(at, cutAt), at <= cutAt && isWhole()),
    spot: (offset) => {
      const { shift } = shifts[Math.max(0, indexAt(shifts, offset))]!;
      const inside = shift === 0 ? sink.spot?.(offset) : undefined;
      return inside ?? { ...base, kind: "content", start: -shift, end: size - shift };
    },
    forget: (before) => {
      const keep = indexAt(shifts, before);
      if (keep > 0) shifts.splice(0, keep);
      sink.forget?.(before);
    },
    shift: (start, shift) => {
      shifts.push({ start, shift });
      cutAt = Math.min(cutAt, start);
    },
  };
}
