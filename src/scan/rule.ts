import type { Severity } from "../finding/finding.ts";
import type { Secret } from "../secret/secret.ts";

/** What a rule may know of where it looks. */
export type RuleContext = {
  /** The innermost file's path; empty where there is none. */
  readonly path: string;
  /** The archives that it lies in, outermost first. */
  readonly within?: readonly string[];
  /** Seconds since 1970. */
  readonly now: number;
  /** A place that took as long as many counts as many: of places only so many are judged. */
  readonly spend?: (places: number) => void;
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
  /** What else stands there of the same key (its id, its session token): found by itself it is no other finding. */
  readonly parts?: readonly string[];
  /** The whole of a key, for asking its issuer. */
  readonly credentials?: IssuedKey;
};

/** A key with all that is needed to ask its issuer about it; it stays in memory. */
export type IssuedKey = {
  readonly issuer: "aws";
  readonly id: string;
  readonly secret: Secret;
  readonly token?: Secret;
};

/** What a rule says of itself: its page, `buildseal explain` and its help in reports are made of this. */
export type RuleText = {
  readonly id: string;
  /** One line, without a full stop. */
  readonly title: string;
  /** At worst; a finding's own is lower where something speaks against it. */
  readonly severity: Severity;
  /** Markdown, in whole sentences. */
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
};

/** Looks where one of its literals stands. */
export type ContentRule = {
  readonly id: string;
  /** At least four bytes each, ASCII. */
  readonly literals: readonly string[];
  /** Upper and lower case of ASCII letters in them are one. */
  readonly anyCase?: boolean;
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
