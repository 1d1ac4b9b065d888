import type { Conversion } from "./conversion.ts";

const longest = 5;
/** By which of the three bytes before an opcode were opcodes, too: may it be one, and which of the bytes behind it tells. */
const mayBeOne = [true, true, true, false, true, false, false, false];
const toldBy = [0, 1, 2, 2, 3, 3, 3, 3];

/**
 * CALL and JMP with 32 bits (E8, E9) whose place is within 16 MiB. The bytes may be no program's, so what looks like an opcode among
 * the bytes of a place is left alone: by the same rules as the encoder did (xz, liblzma/simple/x86.c).
 */
export function createX86(): Conversion {
  /** A bit for each of the last three bytes that looked like an opcode and was left alone. */
  let mask = 0;

  return (bytes, position) => {
    const end = bytes.length - longest + 1;
    let before = -1;
    let at = 0;
    for (; at < end; at++) {
      if ((bytes[at]! & 0xfe) !== 0xe8) continue;
      mask = shifted(mask, at - before);
      before = at;
      const isLeft = mask !== 0 && (!mayBeOne[mask] || isEdge(bytes[at + 4 - toldBy[mask]!]!));
      if (isLeft || !isEdge(bytes[at + 4]!)) {
        mask = (mask << 1) | 1;
        continue;
      }
      bytes.writeInt32LE(distanceOf(bytes.readInt32LE(at + 1), position + at + longest, mask), at + 1);
      at += longest - 1;
    }
    mask = shifted(mask, at - before);
    return Math.max(0, at);
  };
}

function shifted(mask: number, distance: number): number {
  return distance > 3 ? 0 : (mask << (distance - 1)) & 7;
}

/** @param behind where the next instruction stands */
function distanceOf(place: number, behind: number, mask: number): number {
  const told = 24 - toldBy[mask]! * 8;
  let distance = (place - behind) | 0;
  while (mask !== 0 && isEdge((distance >>> told) & 0xff)) {
    distance = ((distance ^ (2 ** (told + 8) - 1)) - behind) | 0;
  }
  // 25 bits with a sign
  return (distance << 7) >> 7;
}

/** The last byte of a place that is near, on either side. */
function isEdge(byte: number): boolean {
  return byte === 0 || byte === 0xff;
}
