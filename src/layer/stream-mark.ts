import type { Compression } from "./engine/engine.ts";

/** The marks that a stream behind another one begins with. Of the ways that are not here there is one stream. */
const marks: Partial<Record<Compression, string>> = { gzip: "\x1f\x8b\x08", bzip2: "BZh", xz: "\xfd7zXZ\0" };
const zstdMark = 0xfd2fb528;
/** RFC 8878, 3.1.2: sixteen of them. */
const skippableMark = 0x184d2a50;

/** As many bytes as are needed to tell. */
export const markBytes = 6;

/** Does a stream of this kind begin with these bytes? */
export function beginsStream(compression: Compression, bytes: Uint8Array): boolean {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, markBytes));
  if (compression === "zstd") {
    const word = start.length < 4 ? 0 : start.readUInt32LE(0);
    return word === zstdMark || (word & 0xfffffff0) === skippableMark;
  }
  const mark = marks[compression];
  return mark !== undefined && start.toString("latin1").startsWith(mark);
}
