import { readShell } from "../dockerfile/shell/read-shell.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import { type Expression, expressionsIn } from "./github/expression.ts";
import type { SourcedText } from "./sourced-text.ts";

/** A text that a shell runs. */
export type CiScript = {
  readonly source: SourcedText;
  /** What the CI service puts in before a shell sees the text: `${{ … }}`. */
  readonly expressions: readonly Expression[];
  /**
   * The text with each expression as so many marks, which no shell reads as anything but a letter. Same length: offsets
   * are those of `source`.
   */
  readonly masked: string;
  /** What its shell runs, read when it is first asked for; undefined: it is no POSIX shell's. */
  readonly shell: Script | undefined;
};

/** Stands for one character of an expression. One character a byte has none above U+00FF. */
export const EXPRESSION_MARK = "\uE000";

/** `posix`: whether sh, bash or a like shell runs it. `templated`: whether `${{ … }}` is put in before. */
export function scriptOf(source: SourcedText, { posix, templated }: { posix: boolean; templated: boolean }): CiScript {
  const expressions = templated ? expressionsIn(source.text) : [];
  const masked = maskExpressions(source.text, expressions);
  let read: Script | undefined;
  return {
    source,
    expressions,
    masked,
    get shell() {
      if (posix) read ??= readShell(masked, { templates: false });
      return read;
    },
  };
}

function maskExpressions(text: string, expressions: readonly Expression[]): string {
  if (expressions.length === 0) return text;
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end } of expressions) {
    parts.push(text.slice(copied, start), EXPRESSION_MARK.repeat(end - start));
    copied = end;
  }
  parts.push(text.slice(copied));
  return parts.join("");
}
