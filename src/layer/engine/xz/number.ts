/** Numbers of the xz file format (1.2): seven bits a byte, the lowest first; as large as JavaScript counts exactly. */
const mostBytes = 8;

/** @returns the number that stands at `at`, and what follows it; undefined when it is none, or does not end here */
export function readNumber(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly next: number } | undefined {
  let value = 0;
  for (let index = 0; index < mostBytes; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 0x80 ** index;
    if (byte < 0x80) return value <= Number.MAX_SAFE_INTEGER ? { value, next: at + index + 1 } : undefined;
  }
  return undefined;
}
