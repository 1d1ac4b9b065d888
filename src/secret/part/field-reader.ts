/** Reads fields one after the other; what is beyond the end is undefined, and all after it. */
export type FieldReader = {
  readonly at: () => number;
  /** Past so many bytes. */
  readonly advance: (bytes: number) => void;
  /** A number of so many bytes, the highest first. */
  readonly number: (bytes: number) => number | undefined;
  /** A field after its length in four bytes (RFC 4251, 5). */
  readonly string: () => Buffer | undefined;
};

export function createFieldReader(bytes: Buffer, start: number): FieldReader {
  let at = start;
  const number = (count: number): number | undefined => {
    at += count;
    return at > bytes.byteLength ? undefined : bytes.readUIntBE(at - count, count);
  };
  return {
    at: () => at,
    advance(count) {
      at += count;
    },
    number,
    string() {
      const length = number(4);
      if (length === undefined || at + length > bytes.byteLength) {
        at = Number.POSITIVE_INFINITY;
        return undefined;
      }
      at += length;
      return bytes.subarray(at - length, at);
    },
  };
}
