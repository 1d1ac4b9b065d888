import { crc32 } from "node:zlib";
import { adler32 } from "./adler32.ts";
import { breaksOff, type DecodeProblem, damaged, type Engine, type Take } from "./engine.ts";
import { gzipEndBytes, gzipHeaderLength, mayBeGzip } from "./gzip-member.ts";
import { startZlib } from "./zlib.ts";

/** What stands around a deflate stream. */
type Frame = {
  /** By the first bytes, as many as there are: may it be one? */
  readonly mayBegin: (bytes: Buffer) => boolean;
  /** Undefined when it is none, or not there to its end. */
  readonly headerLength: (bytes: Buffer) => number | undefined;
  readonly mostHeaderBytes: number;
  readonly endBytes: number;
  readonly firstSum: number;
  readonly addToSum: (bytes: Buffer, before: number) => number;
  /** Is this the end of what has this sum and size (of 32 bits)? */
  readonly isEnd: (end: Buffer, sum: number, size: number) => boolean;
};

const gzip: Frame = {
  mayBegin: mayBeGzip,
  headerLength: gzipHeaderLength,
  // a name and a comment may be of any length
  mostHeaderBytes: 1 << 20,
  endBytes: gzipEndBytes,
  firstSum: 0,
  addToSum: crc32,
  isEnd: (end, sum, size) => end.readUInt32LE(0) === sum && end.readUInt32LE(4) === size,
};

/** RFC 1950, without a preset dictionary. */
const zlib: Frame = {
  mayBegin: (bytes) => bytes.length < 2 || (bytes.readUInt16BE(0) % 31 === 0 && (bytes[0]! & 15) === 8),
  headerLength: (bytes) => (bytes.length < 2 || !zlib.mayBegin(bytes) || (bytes[1]! & 0x20) !== 0 ? undefined : 2),
  mostHeaderBytes: 1,
  endBytes: 4,
  firstSum: 1,
  addToSum: adler32,
  isEnd: (end, sum) => end.readUInt32BE(0) === sum,
};

const noBytes = Buffer.alloc(0);

/** Unpacks one member of gzip. */
export function startGzip(take: Take): Engine {
  return startFramed(gzip, take);
}

/** Unpacks one stream of zlib. */
export function startWrapped(take: Take): Engine {
  return startFramed(zlib, take);
}

/**
 * By the bare stream: Node's own readers go on with whatever follows a member, and lose what they have just unpacked when that is none,
 * or when the sum is another.
 */
function startFramed(frame: Frame, take: Take): Engine {
  let head: Buffer = noBytes;
  let headBytes = 0;
  let body: Engine | undefined;
  let isInBody = false;
  let end: Buffer = noBytes;
  let sum = frame.firstSum;
  let size = 0;
  let problem: DecodeProblem | undefined;
  let over = false;
  let left: Uint8Array[] = [];

  function takePiece(piece: Buffer): Promise<boolean> {
    sum = frame.addToSum(piece, sum);
    size = (size + piece.length) >>> 0;
    return take(piece);
  }

  /** Begins with the body as soon as the whole header is there. */
  async function begin(bytes: Uint8Array): Promise<void> {
    const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const there = head.length === 0 ? start : Buffer.concat([head, start]);
    const length = frame.headerLength(there);
    if (length === undefined && frame.mayBegin(there) && there.length <= frame.mostHeaderBytes) {
      head = Buffer.from(there);
      return;
    }
    if (length === undefined) {
      problem = damaged;
      left = [there];
      over = true;
      return;
    }
    headBytes = length;
    head = noBytes;
    isInBody = true;
    body = startZlib("deflate", takePiece);
    if (!(await body.feed(there.subarray(length)))) await endBody(body);
  }

  async function endBody(ending: Engine): Promise<void> {
    isInBody = false;
    problem = await ending.finish();
    if (problem !== undefined) over = true;
    for (const bytes of ending.left()) {
      if (over) left.push(bytes);
      else takeEnd(bytes);
    }
  }

  function takeEnd(bytes: Uint8Array): void {
    const missing = frame.endBytes - end.length;
    end = Buffer.concat([end, bytes.subarray(0, missing)]);
    if (end.length < frame.endBytes) return;
    if (!frame.isEnd(end, sum, size)) problem = damaged;
    left = [bytes.subarray(missing)];
    over = true;
  }

  return {
    feed: async (bytes) => {
      if (over) return false;
      if (body === undefined) {
        await begin(bytes);
      } else if (isInBody) {
        if (!(await body.feed(bytes))) await endBody(body);
      } else {
        takeEnd(bytes);
      }
      return !over;
    },
    finish: async () => {
      if (isInBody) await endBody(body!);
      if (!over) problem ??= breaksOff;
      over = true;
      return problem;
    },
    taken: () => headBytes + (body?.taken() ?? 0) + end.length,
    left: () => left,
    abandon: () => body?.abandon(),
  };
}
