import type { LeftOut, Skipped } from "../finding/finding.ts";
import type { BaseImage } from "./base-image.ts";
import type { Document } from "./document.ts";

/** A file of the archive, as it was read. */
export type Blob = {
  readonly id: number;
  /** Its path in the archive. */
  readonly path: string;
  /** `sha256:…` of its bytes as they lie in the archive. */
  readonly digest: string;
  /** False for one that broke off: its digest is then what its name says, and its content is compared with nothing. */
  readonly isWhole?: boolean;
  readonly bytes: number;
  /** Is there a tar in it, as in a layer? */
  readonly isTar: boolean;
  /** `sha256:…` of that tar, where it was computed: what is named by its digest cannot hold anything else than it was made with. */
  readonly diffId: string | undefined;
  readonly document: Document | undefined;
  /** False for one that was only hashed, for it was searched before. */
  readonly wasSearched?: boolean;
};

export type ImageLayer = {
  /** From 0 over the config's diff IDs. */
  readonly index: number;
  readonly digest: string | undefined;
  readonly diffId: string;
  /** The instruction that made it, when the history tells, and which entry of the history that is. */
  readonly createdBy: string | undefined;
  readonly historyIndex: number | undefined;
  readonly bytes: number;
  readonly wasSearched: boolean;
  readonly blob: number;
  /** The image that it came with, when it is certain that it did. */
  readonly base?: BaseImage;
};

export type Image = {
  readonly platform: string;
  readonly names: readonly string[];
  readonly manifestDigest: string | undefined;
  readonly configDigest: string;
  /** What it says it was built on, true or not. */
  readonly claimedBase: BaseImage | undefined;
  readonly history: readonly {
    readonly createdBy: string;
    readonly empty: boolean;
    readonly layer: number | undefined;
  }[];
  readonly layers: readonly ImageLayer[];
};

/** What a blob is for, in an image when it belongs to one. One blob can have several roles. */
export type Role =
  | { readonly kind: "layer"; readonly image: number; readonly layer: number }
  | { readonly kind: "config"; readonly image: number }
  | { readonly kind: "manifest"; readonly platform: string | undefined }
  | { readonly kind: "attestation"; readonly platform: string | undefined };

export type Assembled = {
  /** The digest of the index, else of the manifest, when the archive holds one thing. */
  readonly topDigest: string | undefined;
  readonly images: readonly Image[];
  readonly roles: ReadonlyMap<number, readonly Role[]>;
  /** Blobs that only images beside the chosen ones have. */
  readonly beside: ReadonlySet<number>;
  readonly problems: readonly Skipped[];
  /** What its index names and is none of it. */
  readonly leftOut: readonly LeftOut[];
};
