import type { Needle } from "../secret/needle.ts";
import type { Literal } from "./matcher.ts";

/** The line ends that a program may put into base64 or hex where its columns are full. */
const lineEnds = [Buffer.from("\n"), Buffer.from("\r\n")];

/**
 * What to look for so that no form of a needle is missed: the form itself (in windows, if the needle says so), and, of
 * one that a line's end can cut into two pieces that are both shorter than a window, each way to cut it.
 */
export function needleLiterals(needle: Needle): Literal[] {
  const { bytes, encoding } = needle.encoded;
  const form: Literal = needle.windows ? { bytes, windowBytes: needle.windowBytes } : { bytes };
  const isWrapped = encoding === "base64" || encoding === "hex";
  const cutWhole = bytes.length < 2 * needle.windowBytes || (!needle.windows && bytes.length <= longestCutForm);
  return isWrapped && cutWhole ? [form, ...lineEnds.flatMap((lineEnd) => cuts(bytes, lineEnd))] : [form];
}

/** A whole that counts only as a whole, and is longer than this, is looked for without line ends. */
const longestCutForm = 76;

function cuts(bytes: Uint8Array, lineEnd: Uint8Array): Literal[] {
  return Array.from({ length: bytes.length - 1 }, (_, index) => ({
    bytes: Buffer.concat([bytes.subarray(0, index + 1), lineEnd, bytes.subarray(index + 1)]),
  }));
}
