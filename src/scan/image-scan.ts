import type { Finding, LeftOut, Skipped } from "../finding/finding.ts";

/** What a scan of an image says. No string in it holds a value that was searched for or found. */
export type ImageScan = {
  /** Was everything read that is promised to be? With anything in `skipped`, no. */
  readonly complete: boolean;
  /** The digest of the index, else of the manifest; undefined for what has neither. */
  readonly topDigest: string | undefined;
  readonly images: readonly ScannedImage[];
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** What looks like an archive and was not opened; its bytes were searched as they are. */
  readonly unopened: readonly Skipped[];
  /** Where rules were told not to report. */
  readonly leftOut?: readonly LeftOut[];
  readonly stats: ScanStats;
};

export type ScanStats = {
  /** Bytes that were searched, unpacked ones included. */
  readonly bytes: number;
  readonly files: number;
  readonly layers: number;
};

export type ScannedImage = {
  readonly platform: string;
  readonly names: readonly string[];
  readonly manifestDigest: string | undefined;
  readonly configDigest: string;
  /** What the image says it was built on; which layers that is, nobody may know. */
  readonly claimedBase?: { readonly name?: string; readonly digest?: string } | undefined;
  readonly history: readonly {
    readonly createdBy: string;
    readonly empty: boolean;
    /** The layer it made. */
    readonly layer: number | undefined;
  }[];
  readonly layers: readonly ScannedLayer[];
};

export type ScannedLayer = {
  readonly index: number;
  readonly digest: string | undefined;
  readonly diffId: string;
  readonly createdBy: string | undefined;
  readonly historyIndex: number | undefined;
  /** As it lies in the archive. */
  readonly bytes: number;
  /** False for one that was searched before, for the same. */
  readonly wasSearched: boolean;
};
