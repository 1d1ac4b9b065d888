/** How far a scan goes. What a limit cuts is reported, and the scan is then not complete (but for `textBytes`). */
export type Limits = {
  /** Archives in archives: how deep. A layer is at depth 0. */
  readonly depth: number;
  /** How many archives inside files are opened, over the whole scan. */
  readonly nested: number;
  /** How often one of them may be damaged, or none at all: what only begins like an archive costs more than one. */
  readonly damaged: number;
  /** Decompressed bytes of one file inside a layer, and of all of them. */
  readonly nestedBytes: number;
  readonly allNestedBytes: number;
  /** A file that unpacks to more than this many times its size is a bomb, once it is past `bombBytes`. */
  readonly bombRatio: number;
  readonly bombBytes: number;
  /** Decompressed bytes of one layer. */
  readonly layerBytes: number;
  /** A JSON document (manifest, config, attestation) that is read as such. */
  readonly documentBytes: number;
  /** A file whose whole text a rule wants to read; in a larger one the values and other rules are looked for all the same. */
  readonly textBytes: number;
};

const MiB = 1 << 20;

export const defaultLimits: Limits = {
  depth: 8,
  nested: 200_000,
  damaged: 20_000,
  nestedBytes: 4096 * MiB,
  allNestedBytes: 64 * 1024 * MiB,
  bombRatio: 250,
  bombBytes: 512 * MiB,
  layerBytes: 256 * 1024 * MiB,
  documentBytes: 16 * MiB,
  textBytes: 16 * MiB,
};
