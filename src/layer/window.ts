import type { Compression } from "./engine/engine.ts";

/** Whoever asks for less gets this much: another frame of the same stream may want it. */
const leastWindow = 8 << 20;

/** How much has to be held to unpack what begins so, beyond a few buffers: the window that its first frame or block asks for. */
export function windowOf(compression: Compression, head: Buffer): number {
  if (compression === "zstd") return Math.max(leastWindow, zstdWindow(head));
  return compression === "xz" ? Math.max(leastWindow, xzDictionary(head)) : 0;
}

/** RFC 8878, 3.1.1.1. */
function zstdWindow(head: Buffer): number {
  let at = 0;
  while (at + 8 <= head.length && (head.readUInt32LE(at) & 0xfffffff0) === 0x184d2a50)
    at += 8 + head.readUInt32LE(at + 4);
  if (at + 14 > head.length) return 0;
  const descriptor = head[at + 4]!;
  if ((descriptor & 0x20) === 0) {
    const window = head[at + 5]!;
    const base = 2 ** (10 + (window >>> 3));
    return base + (base / 8) * (window & 7);
  }
  // a single segment: its window is its content
  const content = at + 5 + [0, 1, 2, 4][descriptor & 3]!;
  switch (descriptor >>> 6) {
    case 0:
      return head[content] ?? 0;
    case 1:
      return content + 2 <= head.length ? head.readUInt16LE(content) + 256 : 0;
    case 2:
      return content + 4 <= head.length ? head.readUInt32LE(content) : 0;
    default:
      return content + 8 <= head.length ? Number(head.readBigUInt64LE(content)) : 0;
  }
}

const xzStreamHeader = 12;
const lzma2 = 0x21;

/** The xz file format, 3.1 and 5.3.1. */
function xzDictionary(head: Buffer): number {
  let at = xzStreamHeader + 2;
  const flags = head[at - 1] ?? 0;
  const next = (): number => {
    let value = 0;
    for (let factor = 1; at < head.length; factor *= 128) {
      const byte = head[at++]!;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
    }
    return value;
  };
  if ((flags & 0x40) !== 0) next();
  if ((flags & 0x80) !== 0) next();
  for (let filter = 0; filter <= (flags & 3); filter++) {
    const id = next();
    const length = next();
    const bits = head[at] ?? 0;
    if (id === lzma2) return bits >= 40 ? 2 ** 32 : (2 | (bits & 1)) * 2 ** ((bits >>> 1) + 11);
    at += length;
  }
  return 0;
}
