import type { TemplateSpan } from "./template.ts";
import type { Token, TokenKind } from "./token.ts";

const KINDS: Readonly<Partial<Record<TokenKind, TemplateSpan["kind"]>>> = {
  value: "value",
  comment: "comment",
  include: "include",
  macro: "macro",
  control: "control",
  open: "control",
  else: "control",
  "last-else": "control",
  loop: "control",
  close: "control",
  wrap: "control",
  unclosed: "control",
};

/** The pieces of a template that are not text, in order; what is rendered elsewhere is one piece. */
export function spansOf(tokens: readonly Token[]): TemplateSpan[] {
  const spans: TemplateSpan[] = [];
  let depth = 0;
  let start = 0;
  for (const token of tokens) {
    const { kind } = token;
    if (depth > 0) {
      if (kind === "open" || kind === "loop" || kind === "hide" || kind === "wrap") depth++;
      else if (kind === "close" && --depth === 0) spans.push({ start, end: token.end, kind: "macro" });
    } else if (kind === "hide") {
      depth = 1;
      start = token.start;
    } else {
      const span = KINDS[kind];
      if (span !== undefined) spans.push({ start: token.start, end: token.end, kind: span });
    }
  }
  if (depth > 0) spans.push({ start, end: tokens.at(-1)!.end, kind: "macro" });
  return spans;
}
