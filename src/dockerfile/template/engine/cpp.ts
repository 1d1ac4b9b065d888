import type { Token, TokenKind } from "../token.ts";
import type { Engine } from "./engine.ts";

/** The C preprocessor. A line that continues the one before is no directive: lines are joined first. */
export const cpp: Engine = {
  name: "cpp",
  endings: ["cpp", "cppt", "h"],
  sign: /^#include[ \t]+["<]|^#[ \t]*(?:ifdef|ifndef)[ \t]+\w+[ \t]*$/m,
  scan(text) {
    const tokens: Token[] = [];
    let copied = 0;
    for (let at = 0; at < text.length; ) {
      const end = directiveEnd(text, at);
      const kind = text.charAt(at) === "#" ? directive(text, at) : undefined;
      if (kind !== undefined) {
        if (at > copied) tokens.push({ kind: "text", start: copied, end: at });
        tokens.push({ kind, start: at, end });
        copied = end;
      }
      at = end + 1;
    }
    if (copied < text.length) tokens.push({ kind: "text", start: copied, end: text.length });
    return tokens;
  },
};

// from a line's start over all lines that continue it to the last one's line end
function directiveEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const newline = text.indexOf("\n", at);
    if (newline < 0) return text.length;
    const last = text.charAt(newline - 1) === "\r" ? newline - 2 : newline - 1;
    if (last < from || text.charAt(last) !== "\\") return newline;
    at = newline + 1;
  }
}

const NAME = /#[ \t]*([a-z]+)\b/y;
const KINDS: ReadonlyMap<string, TokenKind> = new Map([
  ["if", "open"],
  ["ifdef", "open"],
  ["ifndef", "open"],
  ["elif", "else"],
  ["elifdef", "else"],
  ["elifndef", "else"],
  ["else", "last-else"],
  ["endif", "close"],
  ["include", "include"],
  ["define", "control"],
  ["undef", "control"],
  ["pragma", "control"],
]);

function directive(text: string, at: number): TokenKind | undefined {
  NAME.lastIndex = at;
  return KINDS.get(NAME.exec(text)?.[1] ?? "");
}
