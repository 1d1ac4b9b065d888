import { crc32 } from "node:zlib";

/** xz that packs nothing (LZMA2 chunks of plain bytes), for tests: https://tukaani.org/xz/xz-file-format.txt */
export function makeXz(content: Uint8Array | string, dictionary = 0x16): Buffer {
  const bytes = Buffer.from(content as string);
  const flags = Buffer.from([0, 1]);
  const header = withChecksum(Buffer.from([2, 0, 0x21, 1, dictionary, 0, 0, 0]));
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const part = bytes.subarray(at, at + 65_536);
    chunks.push(Buffer.from([at === 0 ? 1 : 2, (part.length - 1) >>> 8, (part.length - 1) & 0xff]), part);
  }
  const body = Buffer.concat([...chunks, Buffer.alloc(1)]);
  const check = Buffer.alloc(4);
  check.writeUInt32LE(crc32(bytes));
  const list = Buffer.concat([Buffer.from([0, 1]), varint(header.length + body.length + 4), varint(bytes.length)]);
  const index = withChecksum(Buffer.concat([list, Buffer.alloc(-list.length & 3)]));
  const backward = Buffer.alloc(4);
  backward.writeUInt32LE(index.length / 4 - 1);
  const footer = Buffer.concat([backward, flags]);
  const footerSum = Buffer.alloc(4);
  footerSum.writeUInt32LE(crc32(footer));
  return Buffer.concat([
    Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]),
    withChecksum(flags),
    header,
    body,
    Buffer.alloc(-body.length & 3),
    check,
    index,
    footerSum,
    footer,
    Buffer.from("YZ"),
  ]);
}

function withChecksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(bytes));
  return Buffer.concat([bytes, sum]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  return Buffer.from([...bytes, rest]);
}
