import type { Severity } from "../finding/finding.ts";

/** What a rule may know of where it looks. */
export type RuleContext = {
  /** The innermost file's path; empty where there is none. */
  readonly path: string;
  /** Seconds since 1970. */
  readonly now: number;
};

/** Something that a rule found: where in the text it was given, and how sure it is. */
export type Verdict = {
  readonly start: number;
  readonly end: number;
  /** The secret itself, for telling two apart; it stays in memory. */
  readonly value: string;
  readonly severity: Severity;
  /** What it is, in words that hold nothing of it: `a GitHub token`. */
  readonly what: string;
  /** Safe to show: for instance the first four characters and the length. */
  readonly redacted: string;
  /** What tells this finding from others of the rule in a fingerprint; never the value. */
  readonly key?: string;
};

/** Looks where one of its literals stands. */
export type ContentRule = {
  readonly id: string;
  /** At least four bytes each, ASCII. */
  readonly literals: readonly string[];
  /** How much of the text around the literal it wants to see, in bytes. */
  readonly before: number;
  readonly after: number;
  /** `text` is Latin-1, the literal stands at `at`. */
  readonly judge: (text: string, at: number, context: RuleContext) => Verdict | undefined;
  readonly remedy: string;
};

/** Reads whole files that lie at places where secrets are kept. */
export type PlaceRule = {
  readonly id: string;
  /** The paths that it reads, from the root, without a slash in front. */
  readonly place: RegExp;
  readonly read: (text: string, context: RuleContext) => Verdict[];
  readonly remedy: string;
};

/** The match of a pattern (with the flag `y`) that begins right at a place of a text: nothing is searched. */
export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}
