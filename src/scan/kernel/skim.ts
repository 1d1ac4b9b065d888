import { openedBeginnings } from "../../layer/magic.ts";
import { longestRun, type TarRun } from "../../layer/tar-run.ts";
import { placeFilter } from "../place-filter.ts";

/** Where what the kernel's `skim` reads and writes lies in its memory. */
export type SkimLayout = {
  /** A bit for each two bytes that something to be opened begins with. */
  readonly marks: number;
  readonly classOf: number;
  readonly steps: number;
  readonly starts: number;
  readonly pathEnds: number;
  readonly files: number;
  readonly sizes: number;
  readonly hashes: number;
  readonly paths: number;
};

/** The name field of a header, and a line's end. */
const longestLine = 101;

/** @param take gives the address of so many bytes. */
export function planSkim(take: (bytes: number) => number): SkimLayout {
  return {
    marks: take(openedBeginnings.length),
    classOf: take(placeFilter.classOf.length),
    steps: take(placeFilter.steps.byteLength),
    starts: take(4 * longestRun),
    pathEnds: take(4 * longestRun),
    files: take(4 * longestRun),
    sizes: take(8 * longestRun),
    hashes: take(8 * longestRun),
    paths: take(longestLine * longestRun),
  };
}

export function writeSkim(memory: Uint8Array, { marks, classOf, steps }: SkimLayout): void {
  memory.set(openedBeginnings, marks);
  memory.set(placeFilter.classOf, classOf);
  const { buffer, byteOffset, byteLength } = placeFilter.steps;
  memory.set(new Uint8Array(buffer, byteOffset, byteLength), steps);
}

/** In the order of `configureSkim`. */
export function skimSettings(layout: SkimLayout): number[] {
  const { marks, classOf, steps, starts, pathEnds, files, sizes, hashes, paths } = layout;
  return [marks, classOf, steps, placeFilter.classes, starts, pathEnds, files, sizes, hashes, paths];
}

/** `skim` of `assembly/tar.ts`: how many entries it has put down. */
export type SkimAddresses = (from: number, to: number, most: number) => number;

export function createSkim(memory: ArrayBufferLike, layout: SkimLayout, skim: SkimAddresses) {
  const run = {
    starts: new Uint32Array(memory, layout.starts, longestRun),
    pathEnds: new Uint32Array(memory, layout.pathEnds, longestRun),
    files: new Uint32Array(memory, layout.files, longestRun),
    sizes: new Float64Array(memory, layout.sizes, longestRun),
    hashes: new Float64Array(memory, layout.hashes, longestRun),
  };
  const paths = Buffer.from(memory, layout.paths, longestLine * longestRun);
  return (from: number, to: number): TarRun => {
    const count = skim(from, to, longestRun);
    return { count, ...run, paths: count === 0 ? "" : paths.toString("latin1", 0, run.pathEnds[count - 1]) };
  };
}
