import { isNameRecord, type PaxRecord } from "./pax.ts";
import { indexAt } from "./region.ts";
import type { Base, FileSink, Spot } from "./spot.ts";
import { isNameField, tarBlock } from "./tar-header.ts";
import { pathIn, type TarRun } from "./tar-run.ts";

/** A range of the stream: a header block, what it announces, and the padding up to the next one. */
export type TarRegion = {
  readonly start: number;
  readonly data: number;
  readonly dataEnd: number;
  /** Known when the entry's own header is read, after its extended headers. */
  readonly owner: { path: string };
  readonly holds: "file" | "long name" | "pax" | "nothing";
  readonly sink: FileSink | undefined;
  records?: readonly PaxRecord[];
};

/** Entries that were taken as a run; each is a region of its own when it is asked for. */
type RunRegion = Pick<TarRun, "starts" | "sizes" | "paths" | "pathEnds"> & { readonly start: number };

/** Whose each byte of a tar is. Regions come in order. */
export type TarMap = {
  readonly add: (region: TarRegion) => void;
  /** Entries of which the first one's header begins at `start`. */
  readonly addRun: (start: number, run: TarRun) => void;
} & Pick<Required<FileSink>, "forget"> & { readonly spot: (offset: number) => Spot };

/** @param at where the tar begins in its stream. */
export function createTarMap(base: Base, at: number): TarMap {
  const regions: (TarRegion | RunRegion)[] = [];

  function regionAt(offset: number): TarRegion | undefined {
    const found = regions[indexAt(regions, offset)];
    return found === undefined || "data" in found ? found : entryAt(found, offset);
  }

  function spot(offset: number): Spot {
    const found = regionAt(offset);
    if (found === undefined || found.holds === "nothing") {
      return { ...base, kind: "slack", start: found?.start ?? at, end: Number.POSITIVE_INFINITY };
    }
    const path = found.owner.path === "" ? base.path : [...base.path, found.owner.path];
    if (offset < found.data) {
      const named = offset - found.start < tarBlock && isNameField(offset - found.start);
      return { ...base, path, kind: named ? "name" : "metadata", start: found.start, end: found.data };
    }
    if (offset >= found.dataEnd) {
      return { ...base, path, kind: "slack", start: found.dataEnd, end: Number.POSITIVE_INFINITY };
    }
    if (found.holds === "file") {
      return found.sink?.spot?.(offset) ?? { ...base, path, kind: "content", start: found.data, end: found.dataEnd };
    }
    const record = found.records?.find((record) => offset - found.data < record.end);
    const named = found.holds === "long name" || (record !== undefined && isNameRecord(record.key));
    return { ...base, path, kind: named ? "name" : "metadata", start: found.data, end: found.dataEnd };
  }

  return {
    add: (region) => void regions.push(region),
    addRun: (start, { count, starts, sizes, paths, pathEnds }) =>
      void regions.push({
        start,
        starts: starts.slice(0, count),
        sizes: sizes.slice(0, count),
        paths,
        pathEnds: pathEnds.slice(0, count),
      }),
    spot,
    forget: (before) => {
      const keep = indexAt(regions, before);
      if (keep > 0) regions.splice(0, keep);
      const [first] = regions;
      if (first !== undefined && "sink" in first) first.sink?.forget?.(before);
    },
  };
}

function entryAt(run: RunRegion, offset: number): TarRegion {
  const { start, starts, sizes } = run;
  let low = 1;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (start + starts[middle]! <= offset) low = middle + 1;
    else high = middle;
  }
  const index = low - 1;
  const data = start + starts[index]! + tarBlock;
  return {
    start: data - tarBlock,
    data,
    dataEnd: data + sizes[index]!,
    owner: { path: pathIn(run, index) },
    holds: "file",
    sink: undefined,
  };
}
