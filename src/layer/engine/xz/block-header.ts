import { readNumber } from "./number.ts";

/** A block's header (the xz file format, 3.1). */
export type BlockHeader = {
  /** Its packed and unpacked size, where it says them. */
  readonly packed: number | undefined;
  readonly unpacked: number | undefined;
  /** What became of the bytes before they were packed, in that order; without the packing itself. */
  readonly filters: readonly FilterFlags[];
  /** How far back the packing may refer: the byte that says it, and the bytes that it stands for. */
  readonly dictionary: number;
  readonly dictionaryBytes: number;
};

export type FilterFlags = { readonly id: number; readonly properties: Buffer };

const lzma2 = 0x21;
const largestDictionary = 40;

/** By the first byte of it, in bytes; 0 is the mark of the index, that is no block. */
export function blockHeaderBytes(first: number): number {
  return first === 0 ? 0 : (first + 1) * 4;
}

/** @returns undefined where it is none, or packs in no way that the format knows */
export function readBlockHeader(header: Buffer): BlockHeader | undefined {
  const flags = header[1] ?? 0;
  let at = 2;
  let isWhole = true;

  function next(): number {
    const number = readNumber(header, at);
    if (number === undefined) isWhole = false;
    at = number?.next ?? at;
    return number?.value ?? 0;
  }

  const packed = (flags & 0x40) === 0 ? undefined : next();
  const unpacked = (flags & 0x80) === 0 ? undefined : next();
  const filters: FilterFlags[] = [];
  for (let index = 0; index <= (flags & 3); index++) {
    const id = next();
    const size = next();
    filters.push({ id, properties: header.subarray(at, at + size) });
    at += size;
  }
  const last = filters.pop()!;
  let dictionary = last.properties[0] ?? largestDictionary + 1;
  const isKnown = (flags & 0x3c) === 0 && last.id === lzma2 && dictionary <= largestDictionary;
  if (!isWhole || at > header.length || !isKnown) return undefined;
  // further back than its beginning nothing refers
  while (dictionary > 0 && unpacked !== undefined && dictionarySize(dictionary - 1) >= unpacked) dictionary--;
  return { packed, unpacked, filters, dictionary, dictionaryBytes: dictionarySize(dictionary) };
}

/** The xz file format, 5.3.1. */
function dictionarySize(bits: number): number {
  return bits === largestDictionary ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** ((bits >>> 1) + 11);
}
