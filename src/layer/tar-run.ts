/**
 * Plain entries of a tar, in a row: a file, link or directory whose header says all that there is to say of it, with a path
 * that is ASCII and stands there as it will be unpacked, that is no whiteout, and with nothing in it that is to be opened or read.
 */
export type TarRun = {
  readonly count: number;
  /** Where the header of each begins, from that of the first on. */
  readonly starts: Uint32Array;
  /** The bytes of each one's content. */
  readonly sizes: Float64Array;
  /** How many files there are up to each, itself included. */
  readonly files: Uint32Array;
  /** As a `PathLog` puts each down. */
  readonly hashes: Float64Array;
  /** Their paths, a line each. */
  readonly paths: string;
  /** Where the line of each ends. */
  readonly pathEnds: Uint32Array;
};

/**
 * Reads the plain entries from the header at `from` of `bytes` on, up to `longestRun` of them, with what there is before `to`: the content
 * of the last may go on behind it. What it gives holds until it is called again; undefined where it cannot look.
 */
export type Skim = (bytes: Buffer, from: number, to: number) => TarRun | undefined;

/** At most so many at a time. */
export const longestRun = 256;

export function pathIn({ paths, pathEnds }: Pick<TarRun, "paths" | "pathEnds">, index: number): string {
  return paths.slice(index === 0 ? 0 : pathEnds[index - 1], pathEnds[index]! - 1);
}
