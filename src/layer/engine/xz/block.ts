import { crc32 } from "node:zlib";
import { type DecodeProblem, damaged, mostWindowBytes, unknownWay, windowTooLarge } from "../engine.ts";
import { type BlockHeader, readBlockHeader } from "./block-header.ts";
import type { SizeList } from "./block-index.ts";
import { type Check, checkBytes, createCheck } from "./check.ts";
import { type Sizes, walkChunks } from "./chunk.ts";
import { createFilters, type Filter } from "./filter.ts";
import type { StartLzma2 } from "./lzma2.ts";
import { exactly, give, hasRoom, type Walk, WalkEnd } from "./walk.ts";

const sumBytes = 4;

/**
 * Unpacks one block (the xz file format, 3). What is wrong with what it holds is told, and its end is looked for all the same, so that the
 * next one is read; where it cannot be followed, the walk ends.
 *
 * @param header of the block, with its sum; the bytes behind it are asked for
 * @param checkKind the number of the check that all blocks of the stream have
 */
export function* walkBlock(
  header: Buffer,
  checkKind: number,
  startLzma2: StartLzma2,
  sizes: SizeList,
): Walk<DecodeProblem | undefined> {
  const fields = header.subarray(0, -sumBytes);
  if (header.readUInt32LE(fields.length) !== crc32(fields)) throw new WalkEnd(damaged);
  const block = readBlockHeader(fields);
  const filter = block && createFilters(block.filters);
  if (block === undefined || filter === undefined) throw new WalkEnd(unknownWay);
  const check = createCheck(checkKind);
  const { packed, unpacked, given, problem } = yield* walkContent(block, filter, check, startLzma2);
  const padding = yield* exactly(-packed & 3);
  const sum = yield* exactly(checkBytes(checkKind));
  sizes.add(header.length + packed + sum.length, unpacked);
  const isRight =
    given === unpacked &&
    (block.packed ?? packed) === packed &&
    (block.unpacked ?? unpacked) === unpacked &&
    padding.every((byte) => byte === 0) &&
    (check.digest() ?? sum).equals(sum);
  return problem ?? (isRight ? undefined : damaged);
}

/** As large as its chunks say, and as it was. */
type Content = Sizes & { readonly given: number; readonly problem: DecodeProblem | undefined };

function* walkContent(
  { dictionary, dictionaryBytes }: BlockHeader,
  filter: Filter,
  check: Check,
  startLzma2: StartLzma2,
): Walk<Content> {
  if (dictionaryBytes > mostWindowBytes || !(yield* hasRoom(dictionaryBytes))) throw new WalkEnd(windowTooLarge);
  const lzma2 = startLzma2(dictionary);
  let given = 0;
  let problem: DecodeProblem | undefined;

  function* take(piece: Buffer): Walk<void> {
    given += piece.length;
    check.update(piece);
    yield* give(piece);
  }

  function* unpack(bytes: Uint8Array): Walk<void> {
    if (problem !== undefined) return;
    const pieces = lzma2.unpack(bytes);
    for (let next = pieces.next(); problem === undefined; next = pieces.next()) {
      if (next.done === true) {
        problem = next.value;
        return;
      }
      yield* take(filter.push(next.value));
    }
  }

  function* walkAll(): Walk<Sizes> {
    try {
      return yield* walkChunks(unpack);
    } finally {
      lzma2.close();
    }
  }

  try {
    const all = yield* walkAll();
    yield* take(filter.end());
    return { ...all, given, problem };
  } catch (end) {
    // of what breaks off all that came out
    yield* take(filter.end());
    throw end;
  }
}
