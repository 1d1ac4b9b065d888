import { Buffer } from "node:buffer";

/** Bytes of UTF-8 by UTF-16 offset: `units[i]` and `bytes[i]` belong to one place, a step every so often. */
export type ByteIndex = {
  readonly text: string;
  readonly ascii: boolean;
  readonly broken: number;
  readonly marks: number[];
};

const STEP = 1024;

/** `width` is how many bytes the text was decoded of. */
export function indexBytes(text: string, width: number): ByteIndex {
  const ascii = text.length === width;
  const marks = [0];
  // where the bytes are fewer than the text now has, each U+FFFD stands for one that was no UTF-8
  const broken = ascii || Buffer.byteLength(text) === width ? 3 : 1;
  for (let at = STEP; !ascii && at <= text.length; at += STEP) {
    marks.push(marks.at(-1)! + widthOf(text, at - STEP, at, broken));
  }
  return { text, ascii, broken, marks };
}

/** The byte at a UTF-16 offset. */
export function byteOf({ text, ascii, broken, marks }: ByteIndex, offset: number): number {
  if (ascii || offset <= 0) return Math.max(offset, 0);
  const mark = Math.min(Math.floor(offset / STEP), marks.length - 1);
  return marks[mark]! + widthOf(text, mark * STEP, offset, broken);
}

/** How many UTF-16 units from `from` on are `width` bytes; `after` is what stands behind them. */
export function unitsOf(text: string, from: number, width: number, after: string): number {
  if (text.startsWith(after, from + width) && isAscii(text, from, from + width)) return width;
  for (const broken of [3, 1]) {
    let bytes = 0;
    let at = from;
    while (at < text.length && bytes < width) bytes += unitWidth(text, at++, broken);
    if (bytes === width && text.startsWith(after, at)) return at - from;
  }
  return Math.max(text.length - from - after.length, 0);
}

function widthOf(text: string, from: number, to: number, broken: number): number {
  let bytes = 0;
  for (let at = from; at < to; at++) bytes += unitWidth(text, at, broken);
  return bytes;
}

// the first half of a surrogate pair counts for three of its four bytes
function unitWidth(text: string, at: number, broken: number): number {
  const code = text.charCodeAt(at);
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code >= 0xdc00 && code < 0xe000) return 1;
  return code === 0xfffd ? broken : 3;
}

function isAscii(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (text.charCodeAt(at) >= 0x80) return false;
  }
  return true;
}
