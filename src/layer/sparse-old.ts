import { mostSparseParts } from "./sparse-map.ts";
import { tarNumber } from "./tar-header.ts";

/** Where the parts of a sparse file stand in a block: GNU tar's tar.h, "oldgnu_header" and "sparse_header". */
type Layout = { readonly at: number; readonly parts: number; readonly isExtended: number };

const header: Layout = { at: 386, parts: 4, isExtended: 482 };
const extension: Layout = { at: 0, parts: 21, isExtended: 504 };
const realSizeAt = 483;
const numberBytes = 12;

/** The map of a sparse file in GNU tar's old form: in its header, and in as many blocks behind that as follow. */
export type OldSparse = {
  /** Takes the next block. */
  readonly extend: (bytes: Buffer, at: number) => void;
  /** Does another block follow what was taken? */
  readonly isExtended: () => boolean;
  /** As `PaxSparse`. */
  readonly said: () => { readonly size: number; readonly numbers: readonly number[] };
};

/** @param at where in `bytes` its header begins. */
export function createOldSparse(bytes: Buffer, at: number): OldSparse {
  const numbers: number[] = [];
  const size = tarNumber(bytes, at + realSizeAt, numberBytes) ?? Number.NaN;
  // star has other fields there under the same type
  const isGnu = bytes.toString("latin1", at + 257, at + 265) === "ustar  \0";
  let isExtended = false;

  function take(block: Buffer, from: number, layout: Layout): void {
    isExtended = block[from + layout.isExtended] !== 0;
    for (let part = 0; part < layout.parts && numbers.length <= 2 * mostSparseParts; part++) {
      const field = from + layout.at + part * 2 * numberBytes;
      // as GNU tar, bsdtar and Go's archive/tar have it
      if (block[field] === 0) return;
      for (const start of [field, field + numberBytes])
        numbers.push(tarNumber(block, start, numberBytes) ?? Number.NaN);
    }
  }

  take(bytes, at, header);
  return {
    extend: (block, from) => take(block, from, extension),
    isExtended: () => isExtended,
    said: () => ({ size, numbers: isGnu ? numbers : [Number.NaN, Number.NaN] }),
  };
}
