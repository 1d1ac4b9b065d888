import type { Encoding } from "../secret/encoding.ts";

/** The words of a finding. Every text in it is safe to show: it is made of names and places, never of a value. */
export type Severity = "error" | "warning" | "info";

export type { Encoding };

/** Where in an image: layers count from 0 over the config's diff IDs. */
export type ImagePlace = {
  readonly surface:
    | "layer"
    | "config"
    | "history"
    | "attestation"
    | "annotation"
    | "path"
    | "archive"
    | "metadata"
    | "slack";
  readonly platform?: string;
  readonly layer?: {
    readonly index: number;
    readonly digest?: string;
    readonly diffId?: string;
    readonly createdBy?: string;
    /** The name of the base image that the layer came with, where the image tells. */
    readonly base?: string;
  };
  readonly path?: string;
  readonly inner?: readonly string[];
  readonly offset?: number;
  readonly line?: number;
  readonly deletedIn?: number;
};

/** Where in a text file: from 1, columns in UTF-16 units, ends exclusive. */
export type FilePlace = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
};

export type Finding = {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
  readonly remedy: string;
  readonly fingerprint: string;
  readonly secret?: {
    readonly name?: string;
    readonly source?: string;
    readonly encoding?: Encoding;
    readonly redacted: string;
  };
  readonly where: ImagePlace | FilePlace;
  readonly places?: readonly (ImagePlace | FilePlace)[];
  /** How many more places there are, which nobody listed. */
  readonly unlisted?: number;
};

/**
 * Something that was left out of the findings because it was asked for, or that was not unpacked though its bytes were
 * searched. It leaves a scan complete.
 */
export type LeftOut = {
  readonly what: string;
  readonly why: string;
  /** How many places or findings it is. */
  readonly count?: number;
};

/** Something that could not be read. A scan with one of these is not complete. */
export type Skipped = { readonly what: string; readonly why: string };
