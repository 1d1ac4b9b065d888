/**
 * What kind of bytes: a file's own content, the compressed form of what is searched unpacked too, a file's name or link
 * target, what a container says of a file (owner, extended attributes, PAX records), bytes that belong to no file, or
 * those of what was searched before, or is searched elsewhere.
 */
export type SpotKind = "content" | "packed" | "name" | "metadata" | "slack" | "searched";

/** Whose bytes these are: a range of a byte stream, named from the outside in. */
export type Spot = {
  /** Which blob of the archive; 0 is the archive itself. */
  readonly root: number;
  readonly kind: SpotKind;
  /** The file's path, then the member's name in it, and so on. Empty: the blob itself. */
  readonly path: readonly string[];
  /** Where the file (or field) begins in the stream, and where it ends; Infinity while that is not known. */
  readonly start: number;
  readonly end: number;
  /** The compression that the file was wrapped in, when it was (a layer's own does not count). */
  readonly wrapped?: "gzip" | "zstd";
};

/** What every spot of a stream has in common. */
export type Base = Pick<Spot, "root" | "path" | "wrapped">;

/** Bytes `from` to `to` of `bytes` stand at `at` in their stream. */
export type Piece = (bytes: Buffer, from: number, to: number, at: number) => void;

/** Takes a stream piece by piece, and knows afterwards whose each byte is. */
export type Walker = {
  readonly push: Piece;
  /** The stream ends here. */
  readonly end: (at: number) => void;
  /** Whose the byte at this offset is: anything pushed and not yet forgotten. */
  readonly spot: (offset: number) => Spot;
  /** Nothing before this offset will be asked for again. */
  readonly forget: (before: number) => void;
};

/** Where a file's content goes while a container is walked. What it finds inside the file, it can place itself. */
export type FileSink = {
  readonly write: Piece;
  /** `whole` is false when the stream broke off inside the file. */
  readonly end: (at: number, whole: boolean) => void;
  readonly spot?: (offset: number) => Spot | undefined;
  readonly forget?: (before: number) => void;
};
