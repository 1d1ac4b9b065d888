/**
 * What a template is made of. The tokens of a file follow each other without a gap, from its first byte to its last.
 * - text: goes into the rendering as it is
 * - gap: white space (or a quote of m4) that the engine takes away
 * - soft-newline: a line end that the engine takes away or not: its settings are not in the file
 * - value: becomes a word or a few, on one line and not empty
 * - comment, control: become nothing (conditions apart, see below)
 * - include, macro: become whatever stands elsewhere
 * - open … else … last-else … close: a condition; loop … close: none, one or many rounds
 * - hide … close: its content is rendered elsewhere, or nowhere; wrap … close: its content is rendered in its place
 * - unclosed: a tag that never ends, and all after it
 */
export type TokenKind =
  | "text"
  | "gap"
  | "soft-newline"
  | "value"
  | "comment"
  | "control"
  | "include"
  | "macro"
  | "open"
  | "else"
  | "last-else"
  | "loop"
  | "close"
  | "hide"
  | "wrap"
  | "unclosed";

/** Offsets count bytes. `name` tells which close belongs to which open, where the engine has names for them. */
export type Token = {
  readonly kind: TokenKind;
  readonly start: number;
  readonly end: number;
  readonly name?: string | undefined;
};
