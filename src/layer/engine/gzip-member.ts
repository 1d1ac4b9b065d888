/** The shape of a gzip member (RFC 1952, 2.3): a header, a deflate stream, and its end. */

/** A CRC-32 of the unpacked bytes, and their number. */
export const gzipEndBytes = 8;

/** By its first bytes, as many as there are. */
export function mayBeGzip(bytes: Uint8Array): boolean {
  return [0x1f, 0x8b, 8].every((byte, index) => index >= bytes.length || bytes[index] === byte);
}

/** The length of a member's header, or undefined when it is none, or not there to its end. */
export function gzipHeaderLength(bytes: Buffer): number | undefined {
  if (bytes.length < 10 || !mayBeGzip(bytes)) return undefined;
  const flags = bytes[3]!;
  let at = 10;
  if ((flags & 4) !== 0) at += 2 + (at + 2 <= bytes.length ? bytes.readUInt16LE(at) : 0);
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) return undefined;
    at = end + 1;
  }
  if ((flags & 2) !== 0) at += 2;
  return at <= bytes.length ? at : undefined;
}
