import { readRecordHeader, recordHeaderBytes } from "./engine/git-record.ts";
import type { MemberFormat } from "./member-walker.ts";
import { cleanPath } from "./path.ts";

const arHeader = 60;
/** A backquote and a line's end. */
const arEnd = 0x600a;

/**
 * ar(5): Debian packages, static libraries. Names that lie elsewhere in the archive (GNU's `/123`) stay as they are, those
 * that lie in front of the file (BSD's) are read.
 */
export const arFormat: MemberFormat = {
  markBytes: 8,
  align: 2,
  alignsFiles: false,
  hasEnd: false,
  nextBegins: undefined,
  headerBytes: (head) => arHeader + (head.length < arHeader ? 0 : bsdNameBytes(head)),
  readHeader: (head) => {
    // what is written to a pipe or a tape is filled up to a whole block
    if (head.every((byte) => byte === 0)) return "end";
    const size = decimal(head, 48, 58);
    if (size === undefined || head.readUInt16BE(58) !== arEnd) return undefined;
    const inFront = bsdNameBytes(head);
    const name = inFront === 0 ? head.toString("utf8", 0, 16) : head.toString("utf8", arHeader);
    const plain = name.replace(/[\0 ]+$/, "").replace(/^([^/]+)\/$/, "$1");
    return size < inFront ? undefined : { name: plain, size: size - inFront };
  },
};

/** `#1/` */
const bsdMark = 0x23312f;

function bsdNameBytes(head: Buffer): number {
  return head.readUIntBE(0, 3) === bsdMark ? (decimal(head, 3, 16) ?? 0) : 0;
}

function decimal(bytes: Buffer, from: number, to: number): number | undefined {
  const text = bytes.toString("latin1", from, to).trim();
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

const cpioHeader = 110;
const cpioEnd = "TRAILER!!!";

/** cpio(5), "New ASCII Format": the file systems that Linux starts with, the payload of an rpm. */
export const cpioFormat: MemberFormat = {
  markBytes: 0,
  align: 4,
  alignsFiles: true,
  hasEnd: true,
  nextBegins: 0x30,
  headerBytes: (head) => (head.length < cpioHeader ? cpioHeader : cpioHeader + (hexadecimal(head, 94) ?? 0)),
  readHeader: (head) => {
    const mark = head.toString("latin1", 0, 6);
    const size = hexadecimal(head, 54);
    const isKnown = mark === "070701" || mark === "070702";
    if (!isKnown || size === undefined || hexadecimal(head, 94) === undefined) return undefined;
    const name = head.toString("utf8", cpioHeader).replace(/\0+$/, "");
    return name === cpioEnd ? "end" : { name: cleanPath(name), size };
  },
};

function hexadecimal(bytes: Buffer, at: number): number | undefined {
  const text = bytes.toString("latin1", at, at + 8);
  return /^[0-9A-Fa-f]{8}$/.test(text) ? Number.parseInt(text, 16) : undefined;
}

/** What a pack of Git's unpacks to. */
export const gitRecordFormat: MemberFormat = {
  markBytes: 0,
  align: 1,
  alignsFiles: false,
  hasEnd: false,
  nextBegins: undefined,
  headerBytes: recordHeaderBytes,
  readHeader: readRecordHeader,
};
