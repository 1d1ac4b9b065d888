import { type Writing, writtenBytes } from "./writing.ts";

/**
 * Base64 of a value that stands anywhere in a longer text: at each of the three offsets modulo 3 the same bytes give
 * other characters. Only characters that depend on nothing but the value are kept, so neighbours and padding
 * do not matter: all 6 bits of each lie inside the value.
 */
export function writeBase64(value: Uint8Array): Writing[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = Buffer.alloc(offset + value.byteLength);
    padded.set(value, offset);
    const first = Math.ceil((8 * offset) / 6);
    const end = Math.floor((8 * padded.byteLength) / 6);
    const text = padded.toString("base64").slice(first, end);
    const urlSafe = text.replaceAll("+", "-").replaceAll("/", "_");
    return [writtenBytes(`offset ${offset}`, text), writtenBytes(`url-safe, offset ${offset}`, urlSafe)];
  });
}
