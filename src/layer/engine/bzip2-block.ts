/** Blocks begin with the digits of pi, the end of a stream with those of its square root; neither at a whole byte. */
const blockMark = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59] as const;
const endMark = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90] as const;
export const markBits = 48;

export type Mark = { readonly kind: "block" | "end"; readonly bit: number };

/** For each pair of bytes, in which of the eight ways it can be the second and third of a mark. */
let possible: Uint8Array | undefined;

function tellPossible(): Uint8Array {
  const ways = new Uint8Array(1 << 16);
  for (const mark of [blockMark, endMark]) {
    const bits = (mark[0] << 24) | (mark[1] << 16) | (mark[2] << 8) | mark[3];
    for (let shift = 0; shift < 8; shift++) ways[(bits >>> (8 + shift)) & 0xffff]! |= 1 << shift;
  }
  return ways;
}

/** The next mark that begins at or after a bit, and lies whole in the bytes. */
export function findMark(bytes: Uint8Array, fromBit: number): Mark | undefined {
  possible ??= tellPossible();
  for (let at = fromBit >>> 3; at + 6 <= bytes.length; at++) {
    const ways = possible[(bytes[at + 1]! << 8) | bytes[at + 2]!]!;
    if (ways === 0) continue;
    for (let shift = 0; shift < 8; shift++) {
      const bit = at * 8 + shift;
      if ((ways & (1 << shift)) === 0 || bit < fromBit || bit + markBits > bytes.length * 8) continue;
      if (isAt(bytes, bit, blockMark)) return { kind: "block", bit };
      if (isAt(bytes, bit, endMark)) return { kind: "end", bit };
    }
  }
  return undefined;
}

function isAt(bytes: Uint8Array, bit: number, mark: readonly number[]): boolean {
  return mark.every((byte, index) => readBits(bytes, bit + index * 8, 8) === byte);
}

/** Up to 24 bits. */
function readBits(bytes: Uint8Array, bit: number, count: number): number {
  const at = bit >>> 3;
  const word =
    ((bytes[at] ?? 0) * 2 ** 24 + ((bytes[at + 1] ?? 0) << 16) + ((bytes[at + 2] ?? 0) << 8) + (bytes[at + 3] ?? 0)) >>>
    0;
  return (word << (bit & 7)) >>> (32 - count);
}

export function readWord(bytes: Uint8Array, bit: number): number {
  return (readBits(bytes, bit, 16) * 2 ** 16 + readBits(bytes, bit + 16, 16)) >>> 0;
}

/** A stream of its own that holds this block alone, as bzip2recover makes them. */
export function wrapBlock(bytes: Uint8Array, from: number, to: number, level: number): Uint8Array {
  const wrapped = Buffer.alloc(4 + Math.ceil((to - from) / 8) + 11);
  wrapped.write(`BZh${level}`, "latin1");
  const shift = from & 7;
  const first = from >>> 3;
  const whole = Math.ceil((to - from) / 8);
  for (let index = 0; index < whole; index++) {
    const at = first + index;
    wrapped[4 + index] = (bytes[at]! << shift) | ((bytes[at + 1] ?? 0) >> (8 - shift));
  }
  const used = (to - from) & 7;
  const checksum = readWord(bytes, from + markBits);
  const tail = [...endMark, checksum >>> 24, (checksum >>> 16) & 0xff, (checksum >>> 8) & 0xff, checksum & 0xff];
  let at = 4 + ((to - from) >>> 3);
  // the last byte of the block may hold bits of what follows it
  wrapped[at] = used === 0 ? 0 : wrapped[at]! & (0xff << (8 - used));
  for (const byte of tail) {
    wrapped[at]! |= byte >> used;
    wrapped[++at] = used === 0 ? 0 : byte << (8 - used);
  }
  return wrapped.subarray(0, used === 0 ? at : at + 1);
}
