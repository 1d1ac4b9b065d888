import type { Choice } from "../image/choice.ts";
import type { Limits } from "../layer/limit.ts";
import type { Needle } from "../secret/needle.ts";
import type { ScanStats } from "./image-scan.ts";
import type { ContentRule, IssuedKey, PlaceRule } from "./rule.ts";

export type ScanOptions = {
  /** The forms of the values that must not be in the image. */
  readonly needles: readonly Needle[];
  /** Seconds since 1970: what tells an expired token from a live one. */
  readonly nowSeconds: number;
  /** The rules for what others left; all of them when left out. */
  readonly rules?: { readonly content: readonly ContentRule[]; readonly place: readonly PlaceRule[] };
  /** Globs of paths at which rules do not report; known values are searched for there all the same. */
  readonly skipPaths?: readonly string[];
  /** Told of each finding whose key could be asked about at its issuer, at the end. What it does with it is its own. */
  readonly onKey?: (fingerprint: string, key: IssuedKey) => void;
  /** What the archive is: of a cache export nobody expects an image. */
  readonly holds?: "image" | "cache";
  /** Which of the images in it are meant. */
  readonly choice?: Choice;
  /** It is an engine's own: of an index it has what it was given, and the rest is none of its image. */
  readonly isHeldInPart?: boolean;
  readonly limits?: Partial<Limits>;
  /**
   * Takes the digest of a large blob from its name in the archive instead of computing it: for what comes straight from
   * the local engine, which is asked for the same image again when it is published. Saves a quarter of the time.
   */
  readonly trustNames?: boolean;
  /**
   * Asked for each large blob by the digest in its name: the diff ID of one that was searched before for all of this and
   * need not be unpacked and searched again. Its bytes must bear the digest out all the same, but under `trustNames`.
   */
  readonly searchedBefore?: (digest: string) => string | undefined;
  /** Called about once a megabyte; `stats.layers` counts those that were begun, `reading` says which file is being read. */
  readonly onProgress?: (stats: ScanStats, reading: () => string) => void;
};
