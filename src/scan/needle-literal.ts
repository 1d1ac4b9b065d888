import type { Needle } from "../secret/needle.ts";
import { longBytes } from "./kernel/tables.ts";
import type { Literal } from "./matcher.ts";

/** The line ends that a program may put into base64 or hex where its columns are full. */
const lineEnds = [Buffer.from("\n"), Buffer.from("\r\n")];

/**
 * What to look for so that no form of a needle is missed: the form itself (in windows, if the needle says so). Base64 and
 * hex may be wrapped into lines; where a line's end would leave two pieces that are both too short to be met by, each way
 * to cut it is a literal of its own.
 */
export function needleLiterals(needle: Needle): Literal[] {
  const { bytes, encoding } = needle.encoded;
  const form: Literal = needle.windows ? { bytes, windowBytes: needle.windowBytes } : { bytes };
  if (encoding !== "base64" && encoding !== "hex") return [form];
  const wraps = bytes.length >= longBytes;
  return [wraps ? { ...form, wraps } : form, ...lineEnds.flatMap((lineEnd) => cuts(bytes, lineEnd))];
}

function cuts(bytes: Uint8Array, lineEnd: Uint8Array): Literal[] {
  const from = Math.max(1, bytes.length - longBytes + 1);
  const to = Math.min(bytes.length - 1, longBytes - 1);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => ({
    bytes: Buffer.concat([bytes.subarray(0, from + index), lineEnd, bytes.subarray(from + index)]),
  }));
}
