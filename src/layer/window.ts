import { type Compression, mostWindowBytes } from "./engine/engine.ts";
import { createZstdFrame } from "./engine/zstd-frame.ts";

/** Whoever asks for less gets this much: another frame of the same stream may want it. */
const leastWindow = 8 << 20;

/**
 * How much has to be held to unpack what begins so, beyond a few buffers: the largest window that its first block or the frames that are
 * seen ask for. Where nothing of that is seen it may be the largest that is allowed.
 */
export function windowOf(compression: Compression, head: Buffer): number {
  if (compression === "zstd") return Math.max(leastWindow, zstdWindow(head));
  return compression === "xz" ? Math.max(leastWindow, xzDictionary(head)) : 0;
}

/** RFC 8878, 3.1. */
function zstdWindow(head: Buffer): number {
  let most: number | undefined;
  for (let rest = head; rest.length >= 4; ) {
    const mark = rest.readUInt32LE(0);
    if (mark === zstdMark) most = Math.max(most ?? 0, frameWindow(rest));
    else if ((mark & 0xfffffff0) !== skippableMark) break;
    rest = rest.subarray(createZstdFrame().push(rest));
  }
  return most ?? mostWindowBytes;
}

const zstdMark = 0xfd2fb528;
const skippableMark = 0x184d2a50;

/** RFC 8878, 3.1.1.1. */
function frameWindow(frame: Buffer): number {
  const descriptor = frame[4] ?? 0;
  const isSingle = (descriptor & 0x20) !== 0;
  // of a single segment the window is its content
  const size = isSingle ? 5 + [0, 1, 2, 4][descriptor & 3]! : 5;
  const sizeBytes = isSingle ? [1, 2, 4, 8][descriptor >>> 6]! : 1;
  if (size + sizeBytes > frame.length) return mostWindowBytes;
  if (!isSingle) {
    const window = frame[size]!;
    const base = 2 ** (10 + (window >>> 3));
    return base + (base / 8) * (window & 7);
  }
  if (sizeBytes === 8) return Number(frame.readBigUInt64LE(size));
  return frame.readUIntLE(size, sizeBytes) + (sizeBytes === 2 ? 256 : 0);
}

const xzStreamHeader = 12;
const lzma2 = 0x21;

/** The xz file format, 3.1 and 5.3.1. */
function xzDictionary(head: Buffer): number {
  // in units of four bytes, without itself; none is the end of all blocks
  const size = head[xzStreamHeader];
  if (size === undefined || xzStreamHeader + 4 * (size + 1) > head.length) return mostWindowBytes;
  if (size === 0) return 0;
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
