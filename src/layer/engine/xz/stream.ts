import { crc32 } from "node:zlib";
import { type DecodeProblem, damaged, unknownWay } from "../engine.ts";
import { walkBlock } from "./block.ts";
import { blockHeaderBytes } from "./block-header.ts";
import { createSizeList, walkIndex } from "./block-index.ts";
import type { StartLzma2 } from "./lzma2.ts";
import { exactly, type Walk, WalkEnd } from "./walk.ts";

const magic = Buffer.from("\xfd7zXZ\0", "latin1");
const footerMagic = Buffer.from("YZ");
/** Of a stream, and of its end. */
const headerBytes = 12;
const mostChecks = 15;

/** Unpacks one stream of the xz file format (https://tukaani.org/xz/xz-file-format.txt), and gives what is wrong with it. */
export function* walkStream(startLzma2: StartLzma2): Walk<DecodeProblem | undefined> {
  try {
    return yield* walkWhole(startLzma2);
  } catch (end) {
    if (end instanceof WalkEnd) return end.problem;
    throw end;
  }
}

function* walkWhole(startLzma2: StartLzma2): Walk<DecodeProblem | undefined> {
  const header = yield* exactly(headerBytes);
  const flags = header.subarray(magic.length, magic.length + 2);
  if (!header.subarray(0, magic.length).equals(magic) || header.readUInt32LE(8) !== crc32(flags)) return damaged;
  const check = flags[1]!;
  if (flags[0] !== 0 || check > mostChecks) return unknownWay;
  const sizes = createSizeList();
  let problem: DecodeProblem | undefined;
  for (;;) {
    const first = yield* exactly(1);
    const length = blockHeaderBytes(first[0]!);
    if (length === 0) break;
    const block = Buffer.concat([first, yield* exactly(length - 1)]);
    const found = yield* walkBlock(block, check, startLzma2, sizes);
    problem ??= found;
  }
  const indexBytes = yield* walkIndex(sizes);
  const footer = yield* exactly(headerBytes);
  const isEnd =
    footer.readUInt32LE(0) === crc32(footer.subarray(4, 10)) &&
    (footer.readUInt32LE(4) + 1) * 4 === indexBytes &&
    footer.subarray(8, 10).equals(flags) &&
    footer.subarray(10).equals(footerMagic);
  return problem ?? (isEnd ? undefined : damaged);
}
