import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { damaged } from "../engine.ts";
import { readNumber } from "./number.ts";
import { exactly, type Walk, WalkEnd } from "./walk.ts";

/** The sizes of a stream's blocks: however many there are, only what they hash to is kept. */
export type SizeList = {
  readonly add: (packed: number, unpacked: number) => void;
  readonly count: () => number;
  readonly digest: () => string;
};

export function createSizeList(): SizeList {
  const hash = createHash("sha256");
  let count = 0;
  return {
    add: (packed, unpacked) => {
      count++;
      hash.update(`${packed} ${unpacked}\n`);
    },
    count: () => count,
    digest: () => hash.digest("hex"),
  };
}

const longestNumber = 9;

/**
 * Reads what stands behind all blocks, behind its first byte, which is zero: their sizes once more (the xz file format, 4). Ends the
 * walk where they are others.
 *
 * @returns how long it is
 */
export function* walkIndex(sizes: SizeList): Walk<number> {
  const mark = Buffer.alloc(1);
  let sum = crc32(mark);
  let length = mark.length;

  function* take(count: number): Walk<Buffer> {
    const bytes = yield* exactly(count);
    sum = crc32(bytes, sum);
    length += count;
    return bytes;
  }

  function* number(): Walk<number> {
    let bytes: Buffer = yield* take(1);
    while (bytes.at(-1)! >= 0x80 && bytes.length < longestNumber) bytes = Buffer.concat([bytes, yield* take(1)]);
    return readNumber(bytes, 0)?.value ?? Number.NaN;
  }

  const count = yield* number();
  if (count !== sizes.count()) throw new WalkEnd(damaged);
  const said = createSizeList();
  for (let index = 0; index < count; index++) {
    const packed = yield* number();
    said.add(packed, yield* number());
  }
  yield* take(-length & 3);
  const isRight = (yield* exactly(4)).readUInt32LE(0) === sum && said.digest() === sizes.digest();
  if (!isRight) throw new WalkEnd(damaged);
  return length + 4;
}
