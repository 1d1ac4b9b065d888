import type { TemplateEngine } from "../template.ts";
import type { Token, TokenKind } from "../token.ts";

/** What a tag does, by the text between its delimiters. `until` ends text that is taken as it is (raw blocks). */
export type Meaning = { readonly kind: TokenKind; readonly name?: string; readonly until?: RegExp };

/**
 * What a trim marker, or its absence, takes away beside a tag: all white space, the blanks of the line, one line end,
 * blanks and a line end, perhaps one line end, or nothing.
 */
export type Trim = "all" | "blanks" | "newline" | "line" | "perhaps-newline" | "none";

/** A pair of delimiters. */
export type Tag = {
  readonly open: string;
  readonly close: string;
  /** Characters right after `open` and right before `close` that say what is trimmed; `""` is none of them. */
  readonly before: Readonly<Record<string, Trim>>;
  readonly after: Readonly<Record<string, Trim>>;
  /** Quotes inside hide the closing delimiter. */
  readonly quotes: string;
  /** What it does; `inner` is without trim markers and white space around. */
  readonly read: (inner: string) => Meaning;
};

type Common = {
  readonly name: TemplateEngine;
  /** What stands after a dot in a file's name: `Dockerfile.j2`. */
  readonly endings: readonly string[];
  /** What only this engine's templates hold; looked for in the order of the engines. */
  readonly sign: RegExp;
};

export type Engine =
  | (Common & {
      readonly tags: readonly Tag[];
      /** A tag that is no value and stands alone takes its line with it. */
      readonly standalone?: boolean;
      /** Text that looks like an opening delimiter and is none. */
      readonly literals: readonly string[];
    })
  | (Common & { readonly scan: (text: string) => Token[] });
