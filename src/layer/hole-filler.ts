import type { SparseMap } from "./sparse-map.ts";

/** What decides how long the holes become. */
export type HolePlan = {
  /** At the byte that stands at `at` of the file: how many zeros are to be put back there, of the `left` ones of its hole. 0: only as many as keep parts apart. */
  readonly zerosAt: (at: number, left: number) => number;
  /** From `at` of what is given on, the file's bytes stand `shift` further on in the file than here. */
  readonly onShift: (at: number, shift: number) => void;
};

/** Puts the zeros back between the stored parts of a sparse file. */
export type HoleFiller = {
  /** What comes next of what is stored; gives it on, with the zeros in front of each part. What it gives is there until the next is asked for. */
  readonly fill: (bytes: Buffer) => Generator<Buffer>;
  /** Nothing more is stored: gives the hole at the end, if all parts were there. */
  readonly end: () => Generator<Buffer>;
};

/** Between parts that lie far from each other, so that no rule sees them together; fewer behind a small part, of which there can be very many. */
const apart = { most: 8192, least: 512, perByte: 8 } as const;
/** So many are given on at once. */
export const mostZeros = 1 << 18;
const zeros = Buffer.alloc(mostZeros);

export function createHoleFiller({ size, offsets, lengths }: SparseMap, { zerosAt, onShift }: HolePlan): HoleFiller {
  let part = 0;
  /** Of the file, up to here. */
  let position = 0;
  let given = 0;

  function zerosApart(): number {
    const before = part === 0 ? 0 : lengths[part - 1]!;
    return Math.max(apart.least, Math.min(apart.most, before * apart.perByte));
  }

  function* hole(end: number): Generator<Buffer> {
    while (position < end) {
      const left = end - position;
      const wanted = Math.min(zerosAt(position, left), left);
      const length = Math.min(wanted > 0 ? wanted : zerosApart(), left, mostZeros);
      position += length;
      given += length;
      yield zeros.subarray(0, length);
      if (wanted > 0 || length === left) continue;
      position = end;
      onShift(given, position - given);
    }
  }

  return {
    fill: function* fill(bytes) {
      for (let from = 0; from < bytes.length && part < offsets.length; ) {
        yield* hole(offsets[part]!);
        const partEnd = offsets[part]! + lengths[part]!;
        const length = Math.min(partEnd - position, bytes.length - from);
        if (length > 0) {
          position += length;
          given += length;
          yield bytes.subarray(from, from + length);
          from += length;
        }
        if (position === partEnd) part++;
      }
    },
    end: function* end() {
      while (part < lengths.length && lengths[part] === 0) part++;
      if (part === offsets.length) yield* hole(size);
    },
  };
}
