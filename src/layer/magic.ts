import { constants, inflateSync } from "node:zlib";
import { noteRefused } from "./engine/refused.ts";
import { isTarHeader } from "./tar-header.ts";

/** What is unpacked, and what files are taken out of. */
export type Opened =
  | "gzip"
  | "zstd"
  | "xz"
  | "bzip2"
  | "zlib"
  | "tar"
  | "zip"
  | "ar"
  | "cpio"
  | "rpm"
  | "git-pack"
  | "git-object"
  | "script"
  | "json";

/** What is an archive too, and is only named. */
export type Named =
  | "7z"
  | "rar"
  | "lz4"
  | "lzma"
  | "lzip"
  | "compress"
  | "squashfs"
  | "cab"
  | "xar"
  | "cpio of an old kind";

export type Magic = Opened | Named | "unknown";

/** As many bytes as are needed to tell: a tar's first header. */
export const magicBytes = 512;

/** By the first four bytes, little endian. */
const words: ReadonlyMap<number, Magic> = new Map<number, Magic>([
  [0xfd2fb528, "zstd"],
  [0x04034b50, "zip"],
  [0xdbeeabed, "rpm"],
  [0x184d2204, "lz4"],
  [0x184c2102, "lz4"],
  [0x73717368, "squashfs"],
]);

/** By more than four. */
const longer: readonly (readonly [string, Magic])[] = [
  ["\xfd7zXZ\0", "xz"],
  ["!<arch>\n", "ar"],
  ["070701", "cpio"],
  ["070702", "cpio"],
  ["070707", "cpio of an old kind"],
  // APPNOTE 8.5: it was to be split into several files, and one was enough or is the first
  ["PK\x07\x08PK\x03\x04", "zip"],
  ["PK00PK\x03\x04", "zip"],
  ["#!", "script"],
  ["7z\xbc\xaf\x27\x1c", "7z"],
  ["Rar!\x1a\x07", "rar"],
  ["\x1f\x9d\x90", "compress"],
  // words that a text can begin with: what follows tells
  ["PACK\0\0\0\x02", "git-pack"],
  ["PACK\0\0\0\x03", "git-pack"],
  ["LZIP\x01", "lzip"],
  ["MSCF\0\0\0\0", "cab"],
  ["xar!\0", "xar"],
];
const byFirst = new Map<number, readonly (readonly [Buffer, Magic])[]>();
for (const [text, magic] of longer) {
  const bytes = Buffer.from(text, "latin1");
  byFirst.set(bytes[0]!, [...(byFirst.get(bytes[0]!) ?? []), [bytes, magic]]);
}

/**
 * Tells what a file is by its first bytes (as many as there are, up to `magicBytes`), never by its name or media type.
 */
export function sniff(bytes: Buffer, from: number, to: number): Magic {
  const length = to - from;
  const first = length > 0 ? bytes[from]! : -1;
  const word = length >= 4 ? bytes.readUInt32LE(from) : 0;
  if (first === 0x1f && (word & 0xffffff) === 0x088b1f) return "gzip"; // RFC 1952, method 8
  const known = words.get(word);
  if (known !== undefined) return known;
  // RFC 8878: a skippable frame
  if ((word & 0xfffffff0) === 0x184d2a50) return "zstd";
  for (const [mark, magic] of byFirst.get(first) ?? []) {
    if (length >= mark.length && bytes.compare(mark, 0, mark.length, from, from + mark.length) === 0) return magic;
  }
  if (isOldCpio(bytes, from, length)) return "cpio of an old kind";
  if ((word & 0xffffff) === 0x685a42 && length >= 10 && isBzip2(bytes.readUIntBE(from + 4, 6))) return "bzip2";
  if (length >= magicBytes && isTarHeader(bytes, from)) return "tar";
  if (first === 0x5d && length >= 13 && isLzma(bytes, from)) return "lzma";
  if ((first & 0x8f) === 8 && isZlib(bytes, from, to)) return "zlib";
  if (isGitObject(first) && objectHeader.test(bytes.toString("latin1", from, Math.min(to, from + 32))))
    return "git-object";
  if (isJsonStart(bytes, from, to)) return "json";
  return "unknown";
}

/**
 * By their first two bytes, what may be opened or named: a bit for each two bytes, read little endian. A file of two bytes or more that
 * begins with others is unknown, or JSON, or a tar.
 */
export const openedBeginnings: Uint8Array = beginnings();

function beginnings(): Uint8Array {
  const bits = new Uint8Array(1 << 13);
  const mark = (first: number, second: number): void => {
    bits[(first | (second << 8)) >>> 3]! |= 1 << (first & 7);
  };
  mark(0x1f, 0x8b);
  for (const word of words.keys()) mark(word & 0xff, (word >>> 8) & 0xff);
  for (let first = 0x50; first < 0x60; first++) mark(first, 0x2a);
  for (const [text] of longer) mark(text.charCodeAt(0), text.charCodeAt(1));
  mark(0x42, 0x5a);
  mark(0xc7, 0x71);
  mark(0x71, 0xc7);
  // a dictionary of at least 4096 bytes
  mark(0x5d, 0);
  for (let first = 8; first < 0x80; first += 0x10) {
    for (let second = 0; second < 256; second++) if (isZlibHeader((first << 8) | second)) mark(first, second);
  }
  for (const [first, second] of ["bl", "tr", "co", "ta"].map((text) => Buffer.from(text))) mark(first!, second!);
  return bits;
}

/** RFC 1950, without a preset dictionary. */
function isZlibHeader(word: number): boolean {
  return word % 31 === 0 && (word & 0x20) === 0;
}

/** A block, or the end of one without any. */
function isBzip2(mark: number): boolean {
  return mark === 0x314159265359 || mark === 0x177245385090;
}

const oldCpioHeader = 26;
const oldCpioMark = 0o070707;
/** What a file may be by the upper bits of its mode (inode(7)). */
const fileTypes = new Set([0o01, 0o02, 0o04, 0o06, 0o10, 0o12, 0o14]);

/**
 * cpio(5), "Old Binary Format": numbers of two bytes in the order of the machine that wrote it. The mark is short: the first file has to
 * be one, and its name to end where it should.
 */
function isOldCpio(bytes: Buffer, from: number, length: number): boolean {
  if (length <= oldCpioHeader) return false;
  const isLittle = bytes.readUInt16LE(from) === oldCpioMark;
  if (!isLittle && bytes.readUInt16BE(from) !== oldCpioMark) return false;
  const field = (at: number): number => (isLittle ? bytes.readUInt16LE(from + at) : bytes.readUInt16BE(from + at));
  const nameBytes = bytes.subarray(from + oldCpioHeader, from + length).indexOf(0) + 1;
  return fileTypes.has(field(6) >>> 12) && nameBytes > 1 && nameBytes === field(20);
}

/** The old form of LZMA has no mark: the usual properties, a dictionary of a round size, a size that can be. */
function isLzma(bytes: Buffer, from: number): boolean {
  const dictionary = bytes.readUInt32LE(from + 1);
  const size = bytes.readBigInt64LE(from + 5);
  return dictionary >= 4096 && (dictionary & (dictionary - 1)) === 0 && size >= -1n && size < 1n << 40n;
}

/** Two bytes are no mark (RFC 1950): the first ones of what follows have to make sense, too. */
function isZlib(bytes: Buffer, from: number, to: number): boolean {
  if (to - from < 8 || !isZlibHeader(bytes.readUInt16BE(from))) return false;
  const blockType = (bytes[from + 2]! >>> 1) & 3;
  if (blockType === 3 || (blockType === 0 && !isStored(bytes, from + 3))) return false;
  try {
    // what could not be unpacked holds its room for a while
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: mostTried, chunkSize: 1024 };
    return inflateSync(bytes.subarray(from, to), options).length > 0;
  } catch (error) {
    noteRefused();
    return (error as { code?: string }).code === "ERR_BUFFER_TOO_LARGE";
  }
}

/** A block of bytes as they are begins with their number, twice (RFC 1951, 3.2.4). */
function isStored(bytes: Buffer, at: number): boolean {
  return (bytes.readUInt16LE(at) ^ bytes.readUInt16LE(at + 2)) === 0xffff;
}

const mostTried = 1 << 16;

/** What a loose object of Git's unpacks to. */
const objectHeader = /^(?:blob|tree|commit|tag) \d{1,15}\0/;

function isGitObject(first: number): boolean {
  return first === 0x62 || first === 0x74 || first === 0x63;
}

function isJsonStart(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const byte = bytes[i]!;
    if (byte === 0x7b || byte === 0x5b) return true;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return false;
  }
  return false;
}
