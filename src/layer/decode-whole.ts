import { bombOf, type DecodeLimits, type DecodeProblem, zerosAtStart } from "./decode.ts";
import { type AtOnce, unpackMember } from "./engine/at-once.ts";
import { beginsStream } from "./stream-mark.ts";

/**
 * Decompresses what lies in memory whole, at once: for the many small files, where a stream's set-up would cost more
 * than the work. Gives undefined when the result would be larger than `roomBytes`: use `decode` then. `rest`: what follows its end, from the
 * first byte on that is not zero.
 */
export function decodeWhole(
  compression: AtOnce,
  bytes: Buffer,
  roomBytes: number,
  limits: DecodeLimits,
): { readonly pieces: readonly Buffer[]; readonly rest: Buffer; readonly problem?: DecodeProblem } | undefined {
  if (saysMore(compression, bytes, roomBytes)) return undefined;
  const pieces: Buffer[] = [];
  let room = Math.min(roomBytes, limits.maxBytes);
  let rest = bytes;
  let problem: DecodeProblem | undefined;
  while (rest.length > 0 && problem === undefined) {
    if (pieces.length > 0) {
      rest = rest.subarray(zerosAtStart(rest));
      if (!beginsStream(compression, rest)) break;
    }
    const one = unpackMember(compression, rest, Math.max(1, room));
    if (one === "too large") return undefined;
    if ("kind" in one) {
      problem = one;
      break;
    }
    pieces.push(one.piece);
    room -= one.piece.length;
    problem = one.problem;
    rest = rest.subarray(one.used);
  }
  const unpacked = pieces.reduce((sum, piece) => sum + piece.length, 0);
  problem ??= bombOf(bytes.length, unpacked, limits);
  return { pieces, rest, ...(problem === undefined ? {} : { problem }) };
}

/** Deflate makes of a byte no more than so many. */
const mostDeflated = 1032;

/** Does it say itself that the result is larger? Trying would cost as much as it may give. */
function saysMore(compression: AtOnce, bytes: Buffer, roomBytes: number): boolean {
  if (compression !== "gzip" || bytes.length < 18) return false;
  const size = bytes.readUInt32LE(bytes.length - 4);
  // what follows its end may stand where the size should
  return size > roomBytes && size <= bytes.length * mostDeflated;
}
