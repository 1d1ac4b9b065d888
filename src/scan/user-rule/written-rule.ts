import type { Severity } from "../../finding/finding.ts";

/** Paths of files: globs, or a pattern that stands anywhere in them. */
export type WrittenPaths = string | readonly string[] | { readonly regex: string };

/** A rule as it stands in a user's file. */
export type WrittenRule = {
  readonly id: string;
  /** What it finds, as it stands in a sentence: `a deploy key of Acme`. */
  readonly title: string;
  readonly severity: Severity;
  readonly remedy?: string | undefined;
  readonly regex: string;
  readonly literal?: string | undefined;
  readonly literals?: readonly string[] | undefined;
  /** In bits per character. */
  readonly entropy?: number | undefined;
  readonly path?: WrittenPaths | undefined;
  readonly skipPath?: WrittenPaths | undefined;
  readonly secretGroup?: string | number | undefined;
  readonly minLength?: number | undefined;
  /** Patterns of values that are no secret. */
  readonly allow?: readonly string[] | undefined;
};

/** What is wrong with a rule, and under which of its keys. */
export class RuleProblem extends Error {
  readonly key: readonly (string | number)[];

  constructor(key: readonly (string | number)[], why: string) {
    super(why);
    this.key = key;
  }
}
