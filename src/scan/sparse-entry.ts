import { createSparseFront } from "../layer/sparse-front.ts";
import type { Sparse, SparseMap } from "../layer/sparse-map.ts";
import type { Base, FileSink } from "../layer/spot.ts";
import type { SparseFile } from "./sparse-file.ts";

/** An entry of a tar: whose it is, and where its `stored` bytes begin in the stream. */
export type EntryPlace = { readonly base: Base; readonly at: number; readonly stored: number };

export type SparseEntryUse = {
  /** Its map is known, and what is stored begins. */
  readonly open: (file: SparseFile) => FileSink;
  /** Its map is none: what takes what is stored as it is. */
  readonly asStored: () => FileSink | undefined;
  /** Its map, or what is stored, is not as it should be. */
  readonly broken: (why: string) => void;
};

/** Takes what is stored of a sparse file, in whichever form. */
export function openSparseEntry(
  sparse: Sparse,
  { base, at, stored }: EntryPlace,
  { open, asStored, broken }: SparseEntryUse,
): FileSink | undefined {
  const begin = (map: SparseMap, data: number): FileSink => {
    const left = at + stored - data;
    if (left < map.stored) broken("a sparse file of which less is stored than its map says");
    if (left > map.stored) broken("a sparse file of which more is stored than its map says");
    return open({ base, at: data, stored: left, map });
  };
  if (sparse.kind === "map") return begin(sparse.map, at);
  if (sparse.kind === "unreadable") {
    broken(tell(sparse.why));
    return asStored();
  }
  return createSparseFront(base, { at, size: stored, realSize: sparse.size }, (map, data) => {
    if (typeof map !== "string") return begin(map, data);
    broken(tell(map));
    return undefined;
  });
}

function tell(why: string): string {
  return `a sparse file that is read as it is stored: ${why}`;
}
