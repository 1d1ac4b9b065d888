import type { Writing } from "./writing.ts";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const usual = Buffer.from(`${letters}+/`, "latin1");
const urlSafe = Buffer.from(`${letters}-_`, "latin1");

/**
 * Base64 of a value that stands anywhere in a longer text: at each of the three offsets modulo 3 the same bytes give
 * other characters. Only characters that depend on nothing but the value are kept, so neighbours and padding
 * do not matter: all 6 bits of each lie inside the value.
 */
export function writeBase64(value: Uint8Array): Writing[] {
  return [
    { variant: "offset 0", bytes: write(value, 0, usual), spread: 1 },
    { variant: "url-safe, offset 0", bytes: write(value, 0, urlSafe), spread: 1 },
    { variant: "offset 1", bytes: write(value, 1, usual), spread: 1 },
    { variant: "url-safe, offset 1", bytes: write(value, 1, urlSafe), spread: 1 },
    { variant: "offset 2", bytes: write(value, 2, usual), spread: 1 },
    { variant: "url-safe, offset 2", bytes: write(value, 2, urlSafe), spread: 1 },
  ];
}

function write(value: Uint8Array, offset: number, alphabet: Uint8Array): Uint8Array {
  const first = Math.ceil((8 * offset) / 6);
  const end = Math.floor((8 * (offset + value.length)) / 6);
  const bytes = Buffer.allocUnsafe(end - first);
  for (let to = 0, bit = 6 * first - 8 * offset; to < bytes.length; to++, bit += 6) {
    const at = bit >>> 3;
    const two = (value[at]! << 8) | (value[at + 1] ?? 0);
    bytes[to] = alphabet[(two >>> (10 - (bit & 7))) & 63]!;
  }
  return bytes;
}
