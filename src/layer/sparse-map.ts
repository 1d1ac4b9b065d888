/**
 * Where the stored parts of a sparse file belong: part number i is the next `lengths[i]` bytes of what is stored, and stands at
 * `offsets[i]` of the file. They come in their order; all else are holes, which read as zeros.
 */
export type SparseMap = {
  /** Of the file as it is, holes and all. */
  readonly size: number;
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
  /** The bytes of all parts. */
  readonly stored: number;
};

/** A map of more is not read: it takes 16 bytes a part, and several files are gone through at once. */
export const mostSparseParts = 1 << 18;

/**
 * Makes the map of a file of `size` bytes from the offset and length of each part, or says what is wrong with them: by the rules of Go's
 * archive/tar (`validateSparseEntries`) and bsdtar.
 */
export function createSparseMap(numbers: ArrayLike<number>, size: number): SparseMap | string {
  if (numbers.length % 2 !== 0) return "its map breaks off";
  const parts = numbers.length / 2;
  if (parts > mostSparseParts) return `its map has more than ${mostSparseParts} parts`;
  const offsets = new Float64Array(parts);
  const lengths = new Float64Array(parts);
  let end = 0;
  let stored = 0;
  for (let part = 0; part < parts; part++) {
    const offset = numbers[2 * part]!;
    const length = numbers[2 * part + 1]!;
    if (!Number.isSafeInteger(offset + length) || length < 0) return "its map has a number that is none";
    if (offset < end) return "the parts in its map overlap";
    end = offset + length;
    if (end > size) return "its map goes beyond its end";
    offsets[part] = offset;
    lengths[part] = length;
    stored += length;
  }
  return { size, offsets, lengths, stored };
}

/** What a tar says of a sparse file. */
export type Sparse =
  | { readonly kind: "map"; readonly map: SparseMap }
  /** Its map stands in front of what is stored: see `sparse-front.ts`. */
  | { readonly kind: "map in front"; readonly size: number }
  | { readonly kind: "unreadable"; readonly why: string };

/** @param stored the bytes of its entry. */
export function sparseOf(
  { size, numbers }: { readonly size: number | undefined; readonly numbers: readonly number[] | "in front" },
  stored: number,
): Sparse {
  if (Number.isNaN(size)) return { kind: "unreadable", why: "its size is no number" };
  if (numbers === "in front") return { kind: "map in front", size: size ?? stored };
  const map = createSparseMap(numbers, size ?? stored);
  return typeof map === "string" ? { kind: "unreadable", why: map } : { kind: "map", map };
}
