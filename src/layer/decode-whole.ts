import { constants, crc32, inflateRawSync, zstdDecompressSync } from "node:zlib";
import { bombOf, type Compression, type DecodeLimits, type DecodeProblem, mayBegin, zerosAtStart } from "./decode.ts";

/**
 * Decompresses what lies in memory whole, at once: for the many small files, where a stream's set-up would cost more
 * than the work. Gives undefined when the result would be larger than `roomBytes`: use `decode` then.
 */
export function decodeWhole(
  compression: Compression,
  bytes: Buffer,
  roomBytes: number,
  limits: DecodeLimits,
): { readonly pieces: readonly Buffer[]; readonly trailing: number; readonly problem?: DecodeProblem } | undefined {
  const pieces: Buffer[] = [];
  let room = Math.min(roomBytes, limits.maxBytes);
  let rest = bytes;
  let problem: DecodeProblem | undefined;
  while (rest.length > 0 && problem === undefined) {
    if (pieces.length > 0) {
      rest = rest.subarray(zerosAtStart(rest));
      if (rest.length === 0 || !mayBegin(compression, rest[0]!)) break;
    }
    const header = compression === "gzip" ? gzipHeaderLength(rest) : 0;
    if (header === undefined) {
      problem = { kind: "corrupt", why: "its compressed data is damaged" };
      break;
    }
    const one = inflate(compression, rest.subarray(header), Math.max(1, room));
    if (one === "too large") return undefined;
    if (typeof one === "string") {
      problem = { kind: "corrupt", why: "its compressed data is damaged" };
      break;
    }
    pieces.push(one.piece);
    room -= one.piece.length;
    // A gzip member ends with its checksum and its size.
    const end = header + one.used + (compression === "gzip" ? 8 : 0);
    if (end === 0) {
      problem = { kind: "corrupt", why: "its compressed data is damaged" };
    } else if (one.cut || end > rest.length) {
      problem = { kind: "truncated", why: "its compressed data breaks off" };
    } else if (compression === "gzip" && rest.readUInt32LE(end - 8) !== crc32(one.piece)) {
      problem = { kind: "corrupt", why: "its compressed data is damaged" };
    }
    rest = rest.subarray(end);
  }
  const unpacked = pieces.reduce((sum, piece) => sum + piece.length, 0);
  problem ??= bombOf(bytes.length, unpacked, limits);
  return { pieces, trailing: rest.length, ...(problem === undefined ? {} : { problem }) };
}

function inflate(
  compression: Compression,
  bytes: Buffer,
  maxOutputLength: number,
  cut = false,
): { piece: Buffer; used: number; cut: boolean } | "too large" | "damaged" {
  // `info` makes both tell how much they used (the types of Node do not know that). Flushing at the end instead of
  // finishing gives what there is of data that breaks off.
  const options = { maxOutputLength, info: true };
  try {
    const result = (compression === "zstd"
      ? zstdDecompressSync(bytes, cut ? { ...options, finishFlush: constants.ZSTD_e_flush } : options)
      : inflateRawSync(bytes, cut ? { ...options, finishFlush: constants.Z_SYNC_FLUSH } : options)) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { piece: result.buffer, used: result.engine.bytesWritten, cut };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === "ERR_BUFFER_TOO_LARGE") return "too large";
    return code === "Z_BUF_ERROR" && !cut ? inflate(compression, bytes, maxOutputLength, true) : "damaged";
  }
}

/** The length of a gzip member's header (RFC 1952), or undefined when it is none. */
function gzipHeaderLength(bytes: Buffer): number | undefined {
  if (bytes.length < 10 || bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8) return undefined;
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
