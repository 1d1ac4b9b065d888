import type { Encoding } from "../finding/finding.ts";
import type { Spot } from "../layer/spot.ts";
import type { Verdict } from "./rule.ts";

/** Something that was found, and where in which stream. */
export type Hit = {
  readonly what:
    | { readonly kind: "known"; readonly name: string; readonly encoding: Encoding }
    | { readonly kind: "pattern"; readonly rule: string; readonly remedy: string; readonly verdict: Verdict };
  readonly spot: Spot;
  /** From the beginning of the innermost file. */
  readonly offset: number;
  readonly length: number;
  /** Counted from 1; undefined where the file is no text, or the place is too far inside. */
  readonly line: number | undefined;
};
