import { findMark, markBits, readWord, wrapBlock } from "./bzip2-block.ts";
import { breaksOff, type DecodeProblem, damaged, type Engine, type Take } from "./engine.ts";

/** libbz2, whole buffers at a time. */
type Bzip2 = { readonly decompress: (bytes: Uint8Array, mostBytes: number) => Uint8Array };

let loading: Promise<Bzip2> | undefined;

async function loadBzip2(): Promise<Bzip2> {
  const { default: module } = (await import("@foxglove/wasm-bz2")) as unknown as {
    default: { readonly init: () => Promise<Bzip2> };
  };
  return module.init();
}

/** A block holds 900,000 bytes at most, but runs in it count as one: 4 bytes and a count stand for up to 259. */
const mostUnpacked = 900_000 * 52;
const usuallyUnpacked = 1_000_000;
/** At most 20 bits a symbol (and tables): a longer one is none. */
const mostPacked = 2_500_000;
/** A header, or the checksum of a whole stream: what is needed to go on. */
const headerBytes = 4;
const checksumBits = 32;

/**
 * Unpacks bzip2, any number of streams: block by block, each made into a stream of its own, so that memory stays small.
 * What is damaged is left out, and what follows it is read.
 */
export async function startBzip2(take: Take): Promise<Engine> {
  loading ??= loadBzip2();
  const bzip2 = await loading;
  /** What was given and not yet unpacked. */
  let bytes: Uint8Array = Buffer.alloc(0);
  let taken = 0;
  let level = 0;
  /** Where in `bytes` the block begins, and up to where its end was looked for; in bits. */
  let block = 0;
  let looked = 0;
  let sum = 0;
  let problem: DecodeProblem | undefined;
  let over = false;

  function drop(count: number): void {
    bytes = bytes.subarray(count);
    taken += count;
    block -= count * 8;
    looked -= count * 8;
  }

  /** Unpacks what there is whole. False when there is nothing more to come. */
  async function work(): Promise<boolean> {
    for (;;) {
      if (level === 0) {
        if (bytes.length < headerBytes) return true;
        level = levelOf(bytes);
        if (level === 0) return false;
        drop(headerBytes);
        block = 0;
        looked = 0;
        sum = 0;
      }
      const mark = findMark(bytes, looked);
      if (mark === undefined) {
        looked = Math.max(looked, bytes.length * 8 - markBits);
        if (bytes.length <= mostPacked) return true;
        problem = damaged;
        return false;
      }
      if (mark.bit > block && !(await unpackBlock(mark.bit))) return false;
      block = mark.bit;
      looked = mark.bit;
      if (mark.kind === "end" && mark.bit + markBits + checksumBits > bytes.length * 8) return true;
      looked += markBits;
      if (mark.kind === "end") {
        if (readWord(bytes, looked) !== sum) problem ??= damaged;
        drop((looked + checksumBits + 7) >>> 3);
        level = 0;
      } else {
        drop(block >>> 3);
      }
    }
  }

  async function unpackBlock(end: number): Promise<boolean> {
    const wrapped = wrapBlock(bytes, block, end, level);
    const checksum = readWord(bytes, block + markBits);
    sum = (((sum << 1) | (sum >>> 31)) ^ checksum) >>> 0;
    const unpacked = unpack(bzip2, wrapped, usuallyUnpacked) ?? unpack(bzip2, wrapped, mostUnpacked);
    if (unpacked === undefined) {
      problem ??= damaged;
      return true;
    }
    return take(Buffer.from(unpacked.buffer, unpacked.byteOffset, unpacked.length));
  }

  return {
    feed: async (more) => {
      if (over) return false;
      bytes = bytes.length === 0 ? more : Buffer.concat([bytes, more]);
      over = !(await work());
      return !over;
    },
    finish: async () => {
      if (level > 0 && !over) {
        problem ??= breaksOff;
        taken += bytes.length;
        bytes = Buffer.alloc(0);
      }
      over = true;
      return problem;
    },
    taken: () => taken,
    left: () => [bytes],
    abandon: () => {
      over = true;
    },
  };
}

function unpack(bzip2: Bzip2, wrapped: Uint8Array, mostBytes: number): Uint8Array | undefined {
  try {
    return bzip2.decompress(wrapped, mostBytes);
  } catch {
    return undefined;
  }
}

function levelOf(bytes: Uint8Array): number {
  const isHeader = bytes[0] === 0x42 && bytes[1] === 0x5a && bytes[2] === 0x68;
  const level = bytes[3]! - 0x30;
  return isHeader && level >= 1 && level <= 9 ? level : 0;
}
