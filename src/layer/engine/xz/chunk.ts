import { damaged } from "../engine.ts";
import { exactly, upTo, type Walk, WalkEnd } from "./walk.ts";

/** What a chunk of LZMA2 begins with; that no document tells but xz-embedded's source (linux/lib/xz/xz_dec_lzma2.c). */
const control = { end: 0, plain: 2, packed: 0x80, withProperties: 0xc0 } as const;

export type Sizes = { readonly packed: number; readonly unpacked: number };

/**
 * Follows the chunks of an LZMA2 stream to its end, by the sizes that each of them says.
 *
 * @param each takes all bytes of them, but for the mark of their end
 * @returns how large they are together
 */
export function* walkChunks(each: (bytes: Uint8Array) => Walk<void>): Walk<Sizes> {
  let packed = 0;
  let unpacked = 0;
  for (;;) {
    const first = yield* exactly(1);
    const kind = first[0]!;
    packed += first.length;
    if (kind === control.end) return { packed, unpacked };
    if (kind > control.plain && kind < control.packed) throw new WalkEnd(damaged);
    const isPacked = kind >= control.packed;
    const sizes = yield* exactly(kind >= control.withProperties ? 5 : isPacked ? 4 : 2);
    unpacked += sizes.readUInt16BE(0) + 1 + (isPacked ? (kind & 0x1f) << 16 : 0);
    const body = sizes.readUInt16BE(isPacked ? 2 : 0) + 1;
    packed += sizes.length + body;
    yield* each(Buffer.concat([first, sizes]));
    for (let left = body; left > 0; ) {
      const bytes = yield* upTo(left);
      left -= bytes.length;
      yield* each(bytes);
    }
  }
}
