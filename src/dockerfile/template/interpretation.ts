import type { Cell } from "./trail.ts";

/** What all ways through a template hold. */
export type Interpretation = {
  /** Where the ways end. */
  readonly ends: readonly (Cell | undefined)[];
  readonly unseen: readonly { readonly start: number; readonly what: string }[];
  /** Lines that begin with RUN in a macro, or behind a value. */
  readonly uncertain: readonly { readonly start: number; readonly why: string }[];
  /** `else` tags between texts that stand apart. */
  readonly separators: readonly number[];
  /** From where on nothing could be read, and why. */
  readonly stop: Stop | undefined;
};

export type Stop = { readonly at: number; readonly what: string; readonly remedy: string };
