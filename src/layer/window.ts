import { type Compression, mostWindowBytes } from "./engine/engine.ts";
import { blockHeaderBytes, readBlockHeader } from "./engine/xz/block-header.ts";
import { createZstdFrame } from "./engine/zstd-frame.ts";

/** Whoever asks for less gets this much: another frame of the same stream may want it. */
const leastWindow = 8 << 20;

/**
 * How much has to be held to unpack what begins so, beyond a few buffers: the largest window that its first block or the frames that are
 * seen ask for. Where nothing of that is seen it may be the largest that is allowed.
 */
export function windowOf(compression: Compression, bytes: Uint8Array): number {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
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

function xzDictionary(head: Buffer): number {
  const first = head[xzStreamHeader];
  if (first === undefined) return mostWindowBytes;
  const block = head.subarray(xzStreamHeader, xzStreamHeader + blockHeaderBytes(first));
  if (block.length < blockHeaderBytes(first)) return mostWindowBytes;
  return first === 0 ? 0 : (readBlockHeader(block)?.dictionaryBytes ?? 0);
}
