import { crc32 } from "node:zlib";
import { breaksOff, type DecodeProblem, damaged, type Engine, type Take } from "./engine.ts";
import { gzipEndBytes, gzipHeaderLength, mayBeGzip } from "./gzip-member.ts";
import { startZlib } from "./zlib.ts";

/** A name and a comment may be of any length. */
const mostHeaderBytes = 1 << 20;
const noBytes = Buffer.alloc(0);

/**
 * Unpacks one member of gzip by its bare stream: Node's own reader goes on with whatever follows a member, and loses what it
 * has just unpacked when that is none.
 */
export function startGzip(take: Take): Engine {
  let head: Buffer = noBytes;
  let headBytes = 0;
  let body: Engine | undefined;
  let isInBody = false;
  let end: Buffer = noBytes;
  let sum = 0;
  let size = 0;
  let problem: DecodeProblem | undefined;
  let over = false;
  let left: Uint8Array[] = [];

  function takePiece(piece: Buffer): Promise<boolean> {
    sum = crc32(piece, sum);
    size = (size + piece.length) >>> 0;
    return take(piece);
  }

  /** Begins with the body as soon as the whole header is there. */
  async function begin(bytes: Uint8Array): Promise<void> {
    const start = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const there = head.length === 0 ? start : Buffer.concat([head, start]);
    const length = gzipHeaderLength(there);
    if (length === undefined && mayBeGzip(there) && there.length <= mostHeaderBytes) {
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
    const missing = gzipEndBytes - end.length;
    end = Buffer.concat([end, bytes.subarray(0, missing)]);
    if (end.length < gzipEndBytes) return;
    if (end.readUInt32LE(0) !== sum || end.readUInt32LE(4) !== size) problem = damaged;
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
