import { isUtf8 } from "node:buffer";

/** Where a byte that is part of no character goes, so that names that differ in such bytes differ (Python's "surrogateescape", PEP 383). */
const escaped = 0xdc00;

/** The text of a name, which is mostly UTF-8 and may be any bytes. What is shown of it goes through `toWellFormed`. */
export function nameText(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString("utf8", from, to);
  return text.includes("\ufffd") && !isUtf8(bytes.subarray(from, to)) ? escapedText(bytes, from, to) : text;
}

function escapedText(bytes: Buffer, from: number, to: number): string {
  const parts: string[] = [];
  for (let at = from; at < to; ) {
    const length = characterBytes(bytes, at, to);
    parts.push(length === 0 ? String.fromCharCode(escaped + bytes[at]!) : bytes.toString("utf8", at, at + length));
    at += Math.max(1, length);
  }
  return parts.join("");
}

/** Of the character that begins there; 0 where none does. */
function characterBytes(bytes: Buffer, at: number, to: number): number {
  const first = bytes[at]!;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return at + length <= to && isUtf8(bytes.subarray(at, at + length)) ? length : 0;
}
