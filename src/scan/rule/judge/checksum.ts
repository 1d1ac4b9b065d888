import { crc32 } from "node:zlib";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/**
 * The last six characters of `ghp_…` and its like are the CRC-32 of the thirty before, in base 62:
 * https://github.blog/engineering/platform-security/behind-githubs-new-authentication-token-formats/
 */
export function fitsBase62Checksum(token: string): boolean {
  const body = token.slice(token.indexOf("_") + 1);
  return body.length === 36 && base62(crc32(body.slice(0, 30))) === body.slice(30);
}

/** A number of 32 bits in six digits. */
export function base62(number: number): string {
  let text = "";
  for (let left = number; left > 0; left = Math.floor(left / 62)) text = digits[left % 62]! + text;
  return text.padStart(6, "0");
}

const bech32Digits = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const bech32Generators = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

/** Bech32, as in BIP 173: age writes its keys so. */
export function fitsBech32(text: string): boolean {
  const lower = text.toLowerCase();
  const separator = lower.lastIndexOf("1");
  const prefix = [...lower.slice(0, separator)].map((character) => character.charCodeAt(0));
  const data = [...lower.slice(separator + 1)].map((character) => bech32Digits.indexOf(character));
  if (separator < 1 || data.includes(-1)) return false;
  let sum = 1;
  for (const value of [...prefix.map((code) => code >> 5), 0, ...prefix.map((code) => code & 31), ...data]) {
    const top = sum >>> 25;
    sum = ((sum & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of bech32Generators.entries()) if ((top >> bit) & 1) sum ^= generator;
  }
  return sum === 1;
}
