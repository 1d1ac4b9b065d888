import { makeHeader, paxRecord, withChecksum } from "./made-tar.ts";

export type MadePart = { readonly offset: number; readonly bytes: Buffer };
export type MadeSparse = { readonly name: string; readonly size: number; readonly parts: readonly MadePart[] };

/** The forms in which tars have sparse files. */
export const sparseForms = ["old", "0.0", "0.1", "1.0"] as const;
export type SparseForm = (typeof sparseForms)[number];

/** The entry of a sparse file; `said`: what its map says instead of what is so. */
export function makeSparse(
  form: SparseForm,
  file: MadeSparse,
  said: readonly [number, number][] = mapOf(file),
): Buffer {
  const stored = Buffer.concat(file.parts.map(({ bytes }) => bytes));
  if (form === "old") return makeOld(file, said, stored);
  const records: [string, string][] = [
    ["GNU.sparse.major", form[0]!],
    ["GNU.sparse.minor", form[2]!],
    ["GNU.sparse.name", file.name],
  ];
  if (form === "1.0") {
    records.push(["GNU.sparse.realsize", String(file.size)]);
    const map = Buffer.from([said.length, ...said.flat()].map((number) => `${number}\n`).join(""));
    return Buffer.concat([makePax(records), makeBlocks("GNUSparseFile.0/x", Buffer.concat([filled(map), stored]))]);
  }
  records.push(["GNU.sparse.size", String(file.size)], ["GNU.sparse.numblocks", String(said.length)]);
  if (form === "0.1") records.push(["GNU.sparse.map", said.flat().join(",")]);
  else {
    for (const [offset, length] of said)
      records.push(["GNU.sparse.offset", String(offset)], ["GNU.sparse.numbytes", String(length)]);
  }
  return Buffer.concat([makePax(records), makeBlocks("GNUSparseFile.0/x", stored)]);
}

/** The file as it is. */
export function wholeOf({ size, parts }: MadeSparse): Buffer {
  const whole = Buffer.alloc(size);
  for (const { offset, bytes } of parts) bytes.copy(whole, offset);
  return whole;
}

function mapOf({ parts }: MadeSparse): [number, number][] {
  return parts.map(({ offset, bytes }) => [offset, bytes.length]);
}

function makeOld({ name, size }: MadeSparse, said: readonly [number, number][], stored: Buffer): Buffer {
  const header = makeHeader(name, "S", stored.length);
  header.write("ustar  \0", 257, "latin1");
  header.fill(0, 345);
  writeParts(header, 386, said.slice(0, 4));
  writeNumber(header, 483, size);
  const blocks: Buffer[] = [];
  for (let from = 4; from < said.length; from += 21) {
    (blocks.at(-1) ?? header)[blocks.length === 0 ? 482 : 504] = 1;
    const block = Buffer.alloc(512);
    writeParts(block, 0, said.slice(from, from + 21));
    blocks.push(block);
  }
  return Buffer.concat([withChecksum(header), ...blocks, filled(stored)]);
}

function writeParts(block: Buffer, at: number, parts: readonly [number, number][]): void {
  for (const [index, part] of parts.entries())
    for (const [field, number] of part.entries()) writeNumber(block, at + 24 * index + 12 * field, number);
}

/** Octal, or base 256 for what that cannot hold. */
function writeNumber(block: Buffer, at: number, number: number): void {
  if (number >= 0 && number < 8 ** 11) block.write(`${number.toString(8).padStart(11, "0")}\0`, at);
  else {
    block.writeInt32BE(number < 0 ? -1 : -0x80000000, at);
    block.writeBigInt64BE(BigInt(number), at + 4);
  }
}

function makePax(records: readonly [string, string][]): Buffer {
  return makeBlocks("PaxHeaders/x", Buffer.concat(records.map(paxRecord)), "x");
}

function makeBlocks(name: string, content: Buffer, type = "0"): Buffer {
  return Buffer.concat([makeHeader(name, type, content.length), filled(content)]);
}

function filled(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}
