/** How something is packed. `zlib` is RFC 1950, `deflate` the bare stream of it; a pack of Git's unpacks to a record stream. */
export type Compression = "gzip" | "zstd" | "deflate" | "zlib" | "xz" | "bzip2" | "git-pack";

export type DecodeProblem = { readonly kind: "limit" | "truncated" | "corrupt" | "unknown"; readonly why: string };

/** Unpacks one stream. */
export type Engine = {
  /** Gives bytes to the engine, and waits while it has enough to do. False when its stream has ended, or failed. */
  readonly feed: (bytes: Uint8Array) => Promise<boolean>;
  /** Waits for what is still to come, and tells how it ended. */
  readonly finish: () => Promise<DecodeProblem | undefined>;
  /** How many bytes it took. */
  readonly taken: () => number;
  /** What it was given and did not take, for its stream ended before. */
  readonly left: () => readonly Uint8Array[];
  readonly abandon: () => void;
};

/** Takes what was unpacked, which is there until the answer; false when no more is wanted. */
export type Take = (piece: Buffer) => Promise<boolean>;

/** Asks for room for so much of what was unpacked, which will be referred back to; false where there is none. */
export type Reserve = (windowBytes: number) => Promise<boolean>;

export const damaged: DecodeProblem = { kind: "corrupt", why: "its compressed data is damaged" };
export const breaksOff: DecodeProblem = { kind: "truncated", why: "its compressed data breaks off" };
/** A way of its format that nothing here can unpack. */
export const unknownWay: DecodeProblem = { kind: "unknown", why: "it is packed in a way that is not opened" };
export const windowTooLarge: DecodeProblem = {
  kind: "limit",
  why: "it needs a larger window than is allowed to unpack",
};

export const outOfMemory: DecodeProblem = { kind: "limit", why: "there is not enough memory to unpack it" };

/** The largest window (what may be referred back to, and so has to be held) that is unpacked. */
export const mostWindowBytes = 64 << 20;
