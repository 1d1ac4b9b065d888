import type { ByteSet } from "./byte-set.ts";

/** A pattern as read. `at` counts characters of its text from 0. */
export type Node =
  | { readonly kind: "byte"; readonly set: ByteSet }
  | { readonly kind: "sequence"; readonly items: readonly Node[] }
  | { readonly kind: "choice"; readonly items: readonly Node[] }
  | {
      readonly kind: "repeat";
      readonly item: Node;
      readonly least: number;
      /** Infinity: without an end. */
      readonly most: number;
      readonly lazy: boolean;
      readonly at: number;
    }
  | { readonly kind: "group"; readonly item: Node; readonly number: number }
  | { readonly kind: "edge"; readonly edge: Edge };

/** Where no byte is taken: `^`, `$`, `\b`, `\B`. */
export type Edge = "line-start" | "line-end" | "word" | "no-word";

export type Pattern = {
  readonly node: Node;
  /** A flag in it says that the case of letters does not count, be it for a part. */
  readonly anyCase: boolean;
  /** The names of the groups by their numbers, which begin with 1; undefined: it has none. */
  readonly groups: readonly (string | undefined)[];
};

/** Why a pattern cannot be taken; holds at most one character of it. */
export class PatternProblem extends Error {
  /** @param at the place in the pattern, counted from 0 */
  constructor(why: string, at?: number) {
    super(at === undefined ? why : `character ${at + 1}: ${why}`);
  }
}
