import type { Conversion } from "./conversion.ts";
import { createX86 } from "./x86.ts";

/** By the filter's number (the xz file format, 5.3.2). How each is done is told by no document but xz's own source (liblzma/simple). */
export const conversions: ReadonlyMap<number, () => Conversion> = new Map([
  [4, createX86],
  [5, () => powerPc],
  [7, () => arm],
  [8, () => armThumb],
  [9, () => sparc],
  [10, () => arm64],
]);

const instructionBytes = 4;

/** Each of four bytes. */
function convertEach(bytes: Buffer, convert: (at: number) => void): number {
  let at = 0;
  for (; at + instructionBytes <= bytes.length; at += instructionBytes) convert(at);
  return at;
}

function powerPc(bytes: Buffer, position: number): number {
  return convertEach(bytes, (at) => {
    const code = bytes.readUInt32BE(at);
    if ((code & 0xfc000003) >>> 0 !== 0x48000001) return;
    bytes.writeUInt32BE((0x48000001 | (((code & 0x03fffffc) - (position + at)) & 0x03fffffc)) >>> 0, at);
  });
}

function arm(bytes: Buffer, position: number): number {
  return convertEach(bytes, (at) => {
    if (bytes[at + 3] !== 0xeb) return;
    const place = (bytes.readUIntLE(at, 3) << 2) - (position + at + 8);
    bytes.writeUIntLE((place >>> 2) & 0xffffff, at, 3);
  });
}

/** Instructions of two bytes, of which a call takes two. */
function armThumb(bytes: Buffer, position: number): number {
  let at = 0;
  for (; at + instructionBytes <= bytes.length; at += 2) {
    const [first, second] = [bytes.readUInt16LE(at), bytes.readUInt16LE(at + 2)];
    if ((first & 0xf800) !== 0xf000 || (second & 0xf800) !== 0xf800) continue;
    const place = ((((first & 0x7ff) << 11) | (second & 0x7ff)) << 1) - (position + at + instructionBytes);
    bytes.writeUInt16LE(0xf000 | ((place >>> 12) & 0x7ff), at);
    bytes.writeUInt16LE(0xf800 | ((place >>> 1) & 0x7ff), at + 2);
    at += 2;
  }
  return at;
}

function sparc(bytes: Buffer, position: number): number {
  return convertEach(bytes, (at) => {
    const code = bytes.readUInt32BE(at);
    if (code >>> 22 !== 0x100 && code >>> 22 !== 0x1ff) return;
    const place = ((code << 2) - (position + at)) >>> 2;
    const sign = (0x40000000 - (place & 0x400000)) | 0x40000000;
    bytes.writeUInt32BE((sign | (place & 0x3fffff)) >>> 0, at);
  });
}

/** BL by its 26 bits; ADRP, of which only those are converted that reach no further than 512 MiB. */
function arm64(bytes: Buffer, position: number): number {
  return convertEach(bytes, (at) => {
    const code = bytes.readUInt32LE(at);
    if (code >>> 26 === 0x25) {
      const place = code - ((position + at) >>> 2);
      bytes.writeUInt32LE((0x94000000 | (place & 0x03ffffff)) >>> 0, at);
    } else if ((code & 0x9f000000) >>> 0 === 0x90000000) {
      const said = ((code >>> 29) & 3) | ((code >>> 3) & 0x1ffffc);
      if (((said + 0x020000) & 0x1c0000) !== 0) return;
      const place = said - ((position + at) >>> 12);
      const sign = -(place & 0x020000) & 0xe00000;
      const far = ((place & 3) << 29) | ((place & 0x03fffc) << 3) | sign;
      bytes.writeUInt32LE(((code & 0x9000001f) | far) >>> 0, at);
    }
  });
}
