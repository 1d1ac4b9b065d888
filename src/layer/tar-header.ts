import { isAscii } from "node:buffer";
import { nameText } from "./name-text.ts";

/** POSIX.1-1988 ustar and GNU tar headers: https://pubs.opengroup.org/onlinepubs/9799919799/utilities/pax.html */
export type TarHeader = {
  /** The name with its ustar prefix, as it stands there. */
  readonly name: string;
  /** The name was put together from two fields, so it stands nowhere in one piece. */
  readonly split: boolean;
  /** The link's target; empty for what is no link. */
  readonly link: string;
  /** The type flag's byte. */
  readonly type: number;
  /** Bytes that follow the header: as it says, 0 for types that have none. */
  readonly size: number;
};

export const tarBlock = 512;

export const tarType = {
  regularOld: 0,
  regular: 0x30,
  hardLink: 0x31,
  symbolicLink: 0x32,
  directory: 0x35,
  contiguous: 0x37,
  gnuLongLink: 0x4b,
  gnuLongName: 0x4c,
  gnuSparse: 0x53,
  paxGlobal: 0x67,
  pax: 0x78,
} as const;

/** Where the fields stand that hold names: the name, the link's target, the ustar prefix. */
export function isNameField(offset: number): boolean {
  return offset < 100 || (offset >= 157 && offset < 257) || (offset >= 345 && offset < 500);
}

export function isZeroBlock(bytes: Buffer, at: number): boolean {
  for (let i = at; i < at + tarBlock; i += 4) if (bytes.readInt32LE(i) !== 0) return false;
  return true;
}

/** Is this block a header: does its checksum hold? */
export function isTarHeader(bytes: Buffer, at: number): boolean {
  const written = octal(bytes, at + 148, 8);
  if (written === undefined || written === 0) return false;
  if (sumOf(bytes, at) === written) return true;
  // Some old tars summed signed bytes.
  let signed = 8 * 0x20;
  for (let i = at; i < at + tarBlock; i++) if (i < at + 148 || i >= at + 156) signed += (bytes[i]! << 24) >> 24;
  return signed === written;
}

/** Of all its bytes, the field of the sum itself taken as blanks: four at once, for each of millions of files has one. */
function sumOf(bytes: Buffer, at: number): number {
  const words = new DataView(bytes.buffer, bytes.byteOffset + at, tarBlock);
  // Two sums of 16 bits in one number: 128 words add at most 128 × 2 × 255 to each, which does not overflow.
  let sums = 0;
  for (let i = 0; i < tarBlock; i += 4) {
    const word = words.getInt32(i, true);
    sums += (word & 0xff00ff) + ((word >>> 8) & 0xff00ff);
  }
  let sum = 8 * 0x20 + (sums % 0x10000) + Math.floor(sums / 0x10000);
  for (let i = at + 148; i < at + 156; i++) sum -= bytes[i]!;
  return sum;
}

/** Reads a header block, or says what is wrong with it. */
export function parseTarHeader(bytes: Buffer, at: number): TarHeader | string {
  if (!isTarHeader(bytes, at)) return "a tar header with a wrong checksum";
  const type = bytes[at + 156]!;
  const declared = tarNumber(bytes, at + 124, 12);
  if (declared === undefined) return "a tar header with an impossible size";
  const prefix = prefixOf(bytes, at);
  const name = text(bytes, at, 100);
  return {
    name: prefix === "" ? name : `${prefix}/${name}`,
    split: prefix !== "",
    link: type === tarType.hardLink || type === tarType.symbolicLink ? text(bytes, at + 157, 100) : "",
    type,
    // As Go's archive/tar, which Docker and BuildKit read with: links, devices, directories and fifos have no body.
    size: type >= tarType.hardLink && type <= 0x36 ? 0 : declared,
  };
}

/** What stands before the name, by the form of the header, as Go's archive/tar tells them apart. */
function prefixOf(bytes: Buffer, at: number): string {
  if (bytes.readUInt32BE(at + 257) !== 0x75737461) return "";
  const rest = bytes.readUInt16BE(at + 261);
  // "ustar" and a zero; star has times behind a shorter one
  if (rest === 0x7200) return text(bytes, at + 345, bytes.readUInt32BE(at + 508) === 0x74617200 ? 131 : 155);
  // GNU's own magic goes on with blanks, and has times there; Go before 1.8 wrote a prefix all the same
  const areTimes = [345, 357].every((field) => bytes[at + field] === 0 || isNumber(bytes, at + field, 12));
  if (rest !== 0x7220 || areTimes) return "";
  const prefix = text(bytes, at + 345, 155);
  return isAscii(Buffer.from(prefix)) ? prefix : "";
}

function isNumber(bytes: Buffer, at: number, length: number): boolean {
  return (bytes[at]! & 0x80) !== 0 || octal(bytes, at, length) !== undefined;
}

/** Of a header that begins at `at`: its name and its link's target, for one whose name is in one field. */
export function linkOf(bytes: Buffer, at: number): { readonly name: string; readonly link: string } {
  return { name: text(bytes, at, 100), link: text(bytes, at + 157, 100) };
}

function text(bytes: Buffer, at: number, length: number): string {
  let end = at;
  while (end < at + length && bytes[end] !== 0) end++;
  return nameText(bytes, at, end);
}

/** A size: octal, or base 256 when the first bit is set (GNU, for what octal cannot hold). */
export function tarNumber(bytes: Buffer, at: number, length: number): number | undefined {
  const first = bytes[at]!;
  if ((first & 0x80) === 0) return octal(bytes, at, length);
  if ((first & 0x40) !== 0) return undefined; // negative
  let value = first & 0x3f;
  for (let i = at + 1; i < at + length; i++) value = value * 256 + bytes[i]!;
  return Number.isSafeInteger(value) ? value : undefined;
}

function octal(bytes: Buffer, at: number, length: number): number | undefined {
  let i = at;
  const end = at + length;
  while (i < end && (bytes[i] === 0x20 || bytes[i] === 0)) i++;
  let value = 0;
  for (; i < end && bytes[i] !== 0x20 && bytes[i] !== 0; i++) {
    const digit = bytes[i]! - 0x30;
    if (digit < 0 || digit > 7) return undefined;
    value = value * 8 + digit;
  }
  return value;
}
