import { constants, crc32, inflateRawSync, inflateSync, zstdDecompressSync } from "node:zlib";
import { breaksOff, type Compression, type DecodeProblem, damaged, outOfMemory, windowTooLarge } from "./engine.ts";
import { gzipEndBytes, gzipHeaderLength } from "./gzip-member.ts";
import { noteRefused } from "./refused.ts";
import { hasNoMemory, zstdParams } from "./zlib.ts";
import { createZstdFrame } from "./zstd-frame.ts";

/** What can be unpacked at once. */
export type AtOnce = Exclude<Compression, "xz" | "bzip2" | "git-pack">;

export function isAtOnce(compression: Compression): compression is AtOnce {
  return compression !== "xz" && compression !== "bzip2" && compression !== "git-pack";
}

/** What one stream unpacks to, and how many bytes of the input are its own. */
export type Member = { readonly piece: Buffer; readonly used: number; readonly problem?: DecodeProblem };

/** Unpacks the first stream of what is there. */
export function unpackMember(
  compression: AtOnce,
  bytes: Buffer,
  maxOutputLength: number,
): Member | "too large" | DecodeProblem {
  const isGzip = compression === "gzip";
  const header = isGzip ? gzipHeaderLength(bytes) : 0;
  if (header === undefined) return damaged;
  const expected = isGzip ? expectedBytes(bytes) : usualBytesOf(bytes);
  const one = inflate(compression, bytes.subarray(header), maxOutputLength, expected);
  if (one === damaged) return withoutSum(compression, bytes, maxOutputLength) ?? damaged;
  if (one === "too large" || "kind" in one) return one;
  const used = header + one.used + (isGzip ? gzipEndBytes : 0);
  const problem =
    used === 0
      ? damaged
      : one.cut || used > bytes.length
        ? breaksOff
        : isGzip && !isEndOf(one.piece, bytes.subarray(used - gzipEndBytes, used))
          ? damaged
          : undefined;
  return { piece: one.piece, used, ...(problem === undefined ? {} : { problem }) };
}

function isEndOf(piece: Buffer, gzipEnd: Buffer): boolean {
  return gzipEnd.readUInt32LE(0) === crc32(piece) && gzipEnd.readUInt32LE(4) === piece.length;
}

/** Node gives nothing of what has another sum than the one behind it: that is unpacked as if it had none. */
function withoutSum(compression: AtOnce, bytes: Buffer, maxOutputLength: number): Member | undefined {
  if (compression === "zlib") {
    const one = inflate("deflate", bytes.subarray(zlibHeaderBytes), maxOutputLength, usualBytes);
    if (one === "too large" || "kind" in one) return undefined;
    return { piece: one.piece, used: zlibHeaderBytes + one.used + sumBytes, problem: damaged };
  }
  if (compression !== "zstd") return undefined;
  const used = createZstdFrame().push(bytes);
  const one = inflate("zstd", bytes.subarray(0, Math.max(0, used - sumBytes)), maxOutputLength, usualBytes, true);
  return one === "too large" || "kind" in one ? undefined : { piece: one.piece, used, problem: damaged };
}

const zlibHeaderBytes = 2;
/** Of zlib (RFC 1950, 2.2) and, where it has one, of zstd (RFC 8878, 3.1.1). */
const sumBytes = 4;

/** Node's own size of a piece. */
const usualBytes = 16 * 1024;

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
      params: zstdParams,
      ...(cut ? { finishFlush: constants.ZSTD_e_flush } : {}),
    }),
};

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
