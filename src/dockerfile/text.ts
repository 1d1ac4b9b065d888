import { Buffer } from "node:buffer";

/** Bytes as text with one character a byte (latin1), so that any bytes survive and every offset is a byte's. */
export function toText(source: Uint8Array): string {
  return Buffer.from(source.buffer, source.byteOffset, source.byteLength).toString("latin1");
}

/** The bytes of a text that has one character a byte. */
export function toBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/**
 * One character a byte → the string that these bytes spell in UTF-8. Every byte that is no part of a valid
 * sequence becomes U+FFFD, one for one, as Go's decoder does (not one for a broken sequence, as the web's does).
 */
export function decode(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  const decoded = Buffer.from(text, "latin1").toString("utf8");
  return decoded.includes("\uFFFD") ? decodeByteByByte(text) : decoded;
}

/** A string → one character a byte of its UTF-8. */
export function encode(value: string): string {
  if (!/\P{ASCII}/u.test(value)) return value;
  return Buffer.from(value, "utf8").toString("latin1");
}

/** Decoded text in lower case, character by character as Go does it: `İ` becomes `i`, a last `Σ` stays `σ`. */
export function lowerCase(value: string): string {
  return value.replace(/[^a-z]+/gu, (other) =>
    Array.from(other, (character) => (character === "\u0130" ? "i" : character.toLowerCase())).join(""),
  );
}

function decodeByteByByte(text: string): string {
  const parts: string[] = [];
  let plain = 0;
  let at = 0;
  while (at < text.length) {
    if (text.charCodeAt(at) < 0x80) {
      at++;
      continue;
    }
    parts.push(text.slice(plain, at));
    const width = sequenceWidth(text, at);
    parts.push(width === 0 ? "\uFFFD" : Buffer.from(text.slice(at, at + width), "latin1").toString("utf8"));
    at += Math.max(width, 1);
    plain = at;
  }
  parts.push(text.slice(plain));
  return parts.join("");
}

/** The width of the valid multi-byte sequence at `at`, 0 where there is none (Unicode, table 3-7). */
function sequenceWidth(text: string, at: number): number {
  const first = text.charCodeAt(at);
  const width = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (width === 0 || at + width > text.length) return 0;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = text.charCodeAt(at + 1);
  if (second < low || second > high) return 0;
  for (let i = 2; i < width; i++) {
    const next = text.charCodeAt(at + i);
    if (next < 0x80 || next > 0xbf) return 0;
  }
  return width;
}
