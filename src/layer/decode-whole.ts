import { constants, crc32, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { bombOf, type Compression, type DecodeLimits, type DecodeProblem, mayBegin, zerosAtStart } from "./decode.ts";
import { breaksOff, damaged, mostWindowBytes, outOfMemory, windowTooLarge } from "./engine/engine.ts";
import { noteRefused } from "./engine/refused.ts";
import { hasNoMemory, zstdParams } from "./engine/zlib.ts";
import { createZstdFrame } from "./engine/zstd-frame.ts";

/** Node's own size of a piece. */
const usualBytes = 16 * 1024;

/** What can be unpacked at once. */
export type AtOnce = Exclude<Compression, "xz" | "bzip2" | "git-pack">;

export function isAtOnce(compression: Compression): compression is AtOnce {
  return compression !== "xz" && compression !== "bzip2" && compression !== "git-pack";
}

/**
 * Decompresses what lies in memory whole, at once: for the many small files, where a stream's set-up would cost more
 * than the work. Gives undefined when the result would be larger than `roomBytes`: use `decode` then.
 */
export function decodeWhole(
  compression: AtOnce,
  bytes: Buffer,
  roomBytes: number,
  limits: DecodeLimits,
): { readonly pieces: readonly Buffer[]; readonly trailing: number; readonly problem?: DecodeProblem } | undefined {
  if (saysMore(compression, bytes, roomBytes)) return undefined;
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
      problem = damaged;
      break;
    }
    const expected = compression === "gzip" ? expectedBytes(rest) : usualBytesOf(rest);
    const one = inflate(compression, rest.subarray(header), Math.max(1, room), expected);
    if (one === "too large") return undefined;
    if ("kind" in one) {
      problem = one;
      break;
    }
    pieces.push(one.piece);
    room -= one.piece.length;
    // A gzip member ends with its checksum and its size.
    const end = header + one.used + (compression === "gzip" ? 8 : 0);
    if (end === 0) {
      problem = damaged;
    } else if (one.cut || end > rest.length) {
      problem = breaksOff;
    } else if (compression === "gzip" && rest.readUInt32LE(end - 8) !== crc32(one.piece)) {
      problem = damaged;
    }
    rest = rest.subarray(end);
  }
  const unpacked = pieces.reduce((sum, piece) => sum + piece.length, 0);
  problem ??= bombOf(bytes.length, unpacked, limits);
  return { pieces, trailing: rest.length, ...(problem === undefined ? {} : { problem }) };
}

function inflate(
  compression: AtOnce,
  bytes: Buffer,
  maxOutputLength: number,
  chunkSize: number,
  cut = false,
): { piece: Buffer; used: number; cut: boolean } | "too large" | DecodeProblem {
  // `info` makes both tell how much they used (the types of Node do not know that). Flushing at the end instead of
  // finishing gives what there is of data that breaks off.
  const options = { maxOutputLength, chunkSize, info: true } as const;
  try {
    const result = unpackers[compression](bytes, options, cut) as unknown as {
      buffer: Buffer;
      engine: { bytesWritten: number };
    };
    return { piece: result.buffer, used: result.engine.bytesWritten, cut: cut || breaksOffUnsaid(compression, bytes) };
  } catch (error) {
    noteRefused();
    const { code } = error as { code?: string };
    if (code === "ERR_BUFFER_TOO_LARGE") return "too large";
    if (code === "ZSTD_error_frameParameter_windowTooLarge") return windowTooLarge;
    if (hasNoMemory(code) || error instanceof RangeError) return outOfMemory;
    return code === "Z_BUF_ERROR" && !cut ? inflate(compression, bytes, maxOutputLength, chunkSize, true) : damaged;
  }
}

function breaksOffUnsaid(compression: AtOnce, bytes: Buffer): boolean {
  if (compression !== "zstd") return false;
  const frame = createZstdFrame();
  frame.push(bytes);
  return !frame.hasEnded();
}

type Options = { readonly maxOutputLength: number; readonly chunkSize: number; readonly info: true };
type Unpack = (bytes: Buffer, options: Options, cut: boolean) => Buffer;

const inflateRaw: Unpack = (bytes, options, cut) =>
  inflateRawSync(bytes, cut ? { ...options, finishFlush: constants.Z_SYNC_FLUSH } : options);

const unpackers: Readonly<Record<AtOnce, Unpack>> = {
  deflate: inflateRaw,
  // by its bare stream: of what follows a member zlib would say that it is damaged
  gzip: inflateRaw,
  zlib: (bytes, options, cut) =>
    inflateSync(bytes, cut ? { ...options, finishFlush: constants.Z_SYNC_FLUSH } : options),
  zstd: (bytes, options, cut) =>
    zstdDecompressSync(bytes, {
      ...options,
      params: zstdParams(mostWindowBytes),
      ...(cut ? { finishFlush: constants.ZSTD_e_flush } : {}),
    }),
};

/** Deflate makes of a byte no more than so many. */
const mostDeflated = 1032;

/** Does it say itself that the result is larger? Trying would cost as much as it may give. */
function saysMore(compression: AtOnce, bytes: Buffer, roomBytes: number): boolean {
  if (compression !== "gzip" || bytes.length < 18) return false;
  const size = bytes.readUInt32LE(bytes.length - 4);
  // what follows its end may stand where the size should
  return size > roomBytes && size <= bytes.length * mostDeflated;
}

/** In one piece, if it is as large as its end says: what Node puts together of pieces costs more than the unpacking. */
function expectedBytes(bytes: Buffer): number {
  if (bytes.length < 18) return usualBytesOf(bytes);
  const size = bytes.readUInt32LE(bytes.length - 4);
  return size <= usualBytes * 16 ? Math.max(64, size + 1) : usualBytesOf(bytes);
}

/** Little for little, for what cannot be unpacked holds it for a while. */
function usualBytesOf(bytes: Buffer): number {
  return Math.min(usualBytes, Math.max(1024, 16 * bytes.length));
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
