import type { Token } from "./token.ts";
import { stopAt, tokenShown, type Ways } from "./ways.ts";

/** Skips what is rendered elsewhere or nowhere. */
export function skipHidden(ways: Ways, token: Token, from: number): number {
  let depth = 0;
  for (let index = from; index < ways.tokens.length; index++) {
    const { kind, start, end } = ways.tokens[index]!;
    if (kind === "open" || kind === "loop" || kind === "hide" || kind === "wrap") depth++;
    else if (kind === "close" && --depth === 0) return index + 1;
    else if (kind === "text") noteHiddenRuns(ways, start, end, token);
    else if (kind === "unclosed") return index;
  }
  stopAt(ways, token.start, "is never closed", "Close the tag's block, or name the template engine with --engine.");
  return ways.tokens.length;
}

function noteHiddenRuns(ways: Ways, start: number, end: number, token: Token): void {
  const found = ways.text.slice(start, end).matchAll(/^[ \t]*RUN(?=[ \t\\])/gim);
  let any = false;
  for (const { index, 0: written } of found) {
    any = true;
    const why = `it is in ${tokenShown(ways, token)}, whose text is used elsewhere`;
    ways.uncertain.push({ start: start + index + written.length - 3, why });
  }
  if (any) ways.unseen.push({ start: token.start, what: tokenShown(ways, token) });
}
