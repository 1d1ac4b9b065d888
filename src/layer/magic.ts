import { isTarHeader } from "./tar-header.ts";

export type Magic = "gzip" | "zstd" | "zip" | "tar" | "xz" | "bzip2" | "json" | "unknown";

/** As many bytes as are needed to tell: a tar's first header. */
export const magicBytes = 512;

/**
 * Tells what a file is by its first bytes (as many as there are, up to `magicBytes`), never by its name or media type.
 */
export function sniff(bytes: Buffer, from: number, to: number): Magic {
  const length = to - from;
  const first = length > 0 ? bytes[from]! : -1;
  const word = length >= 4 ? bytes.readUInt32LE(from) : 0;
  if (first === 0x1f && (word & 0xffffff) === 0x088b1f) return "gzip"; // RFC 1952, method 8
  // RFC 8878: a frame, or a skippable frame
  if (word === 0xfd2fb528 || (word & 0xfffffff0) === 0x184d2a50) return "zstd";
  if (word === 0x04034b50) return "zip";
  if (word === 0x587a37fd && length >= 6 && bytes[from + 4] === 0x5a && bytes[from + 5] === 0) return "xz";
  if ((word & 0xffffff) === 0x685a42 && length >= 10 && bytes.readUIntBE(from + 4, 6) === 0x314159265359)
    return "bzip2";
  if (length >= magicBytes && isTarHeader(bytes, from)) return "tar";
  if (isJsonStart(bytes, from, to)) return "json";
  return "unknown";
}

function isJsonStart(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === 0x7b || byte === 0x5b) return true;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false;
  }
  return false;
}
