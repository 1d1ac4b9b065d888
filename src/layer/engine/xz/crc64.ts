/** CRC-64 as xz uses it (ECMA-182, reflected), four bytes at a time; its upper and lower half apart, for numbers have 53 bits. */
export type Crc64 = { readonly update: (bytes: Buffer) => void; readonly digest: () => Buffer };

const polynomial = { high: 0xc96c5795, low: 0xd7870f42 };
const slices = 4;
let tables: { readonly high: Uint32Array; readonly low: Uint32Array } | undefined;

/** What becomes of each byte, and of one with one, two or three zeros behind it. */
function makeTables(): { high: Uint32Array; low: Uint32Array } {
  const high = new Uint32Array(256 * slices);
  const low = new Uint32Array(256 * slices);
  for (let byte = 0; byte < 256 * slices; byte++) {
    // one more zero behind the same byte of the slice before
    let h = byte < 256 ? 0 : high[byte - 256]!;
    let l = byte < 256 ? byte : low[byte - 256]!;
    for (let bit = 0; bit < 8; bit++) {
      const isOdd = (l & 1) === 1;
      l = (l >>> 1) | (h << 31);
      h >>>= 1;
      if (isOdd) {
        l ^= polynomial.low;
        h ^= polynomial.high;
      }
    }
    high[byte] = h;
    low[byte] = l;
  }
  return { high, low };
}

export function createCrc64(): Crc64 {
  tables ??= makeTables();
  const { high, low } = tables;
  let h = ~0;
  let l = ~0;

  function update(bytes: Buffer): void {
    let at = 0;
    for (const end = bytes.length - 3; at < end; at += 4) {
      const word = l ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
      const [a, b, c, d] = [768 + (word & 255), 512 + ((word >>> 8) & 255), 256 + ((word >>> 16) & 255), word >>> 24];
      l = h ^ low[a]! ^ low[b]! ^ low[c]! ^ low[d]!;
      h = high[a]! ^ high[b]! ^ high[c]! ^ high[d]!;
    }
    for (; at < bytes.length; at++) {
      const index = (l ^ bytes[at]!) & 255;
      l = ((l >>> 8) | (h << 24)) ^ low[index]!;
      h = (h >>> 8) ^ high[index]!;
    }
  }

  return {
    update,
    digest: () => {
      const sum = Buffer.alloc(8);
      sum.writeInt32LE(~l, 0);
      sum.writeInt32LE(~h, 4);
      return sum;
    },
  };
}
