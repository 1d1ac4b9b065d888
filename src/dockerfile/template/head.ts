import { type Directive, type DirectiveState, readDirective } from "../directive.ts";
import { skipSpace } from "../white-space.ts";
import type { Token } from "./token.ts";

export type Head = {
  readonly directives: readonly Directive[];
  readonly escape: "\\" | "`";
  /** A directive that BuildKit refuses. */
  readonly refused: { readonly at: number; readonly what: "repeated" | "escape" } | undefined;
};

/**
 * The parser directives of a template's rendering: those of its first lines, where tags that give nothing do not
 * count, for whoever writes them there has the engine take their lines away.
 */
export function readHead(text: string, tokens: readonly Token[], lineOf: (offset: number) => number): Head {
  const directives: Directive[] = [];
  const state: DirectiveState = { done: false, seen: new Set() };
  let at = text.startsWith("\xEF\xBB\xBF") ? 3 : 0;
  let escapeToken: "\\" | "`" = "\\";
  let tagged = false;
  for (let index = 0; index < tokens.length; ) {
    const token = tokens[index]!;
    if (token.end <= at) {
      index++;
      continue;
    }
    if (token.kind !== "text") {
      if (!SILENT.has(token.kind)) break;
      tagged = true;
      at = token.end;
      continue;
    }
    const newline = text.indexOf("\n", at);
    const next = newline < 0 ? text.length : newline + 1;
    let end = newline < 0 ? text.length : newline;
    while (end > at && text.charCodeAt(end - 1) === 0x0d) end--;
    const start = skipSpace(text, at, Math.min(end, token.end));
    if (start === Math.min(end, token.end)) {
      // an empty line ends the directives, one with tags on it does not
      if (!tagged || next > token.end) {
        if (next <= token.end || !hasTagBefore(tokens[index + 1])) break;
        at = token.end;
        continue;
      }
      tagged = false;
      at = next;
      continue;
    }
    const directive = readDirective(state, text, start, end, lineOf(start));
    if (directive === undefined) break;
    if (directive === "repeated") return { directives, escape: escapeToken, refused: { at: start, what: "repeated" } };
    if (directive.name === "escape") {
      if (directive.value !== "\\" && directive.value !== "`") {
        return { directives, escape: escapeToken, refused: { at: start, what: "escape" } };
      }
      escapeToken = directive.value;
    }
    directives.push(directive);
    tagged = false;
    at = next;
  }
  return { directives, escape: escapeToken, refused: undefined };
}

const SILENT: ReadonlySet<string> = new Set(["comment", "control", "gap", "soft-newline"]);

function hasTagBefore(token: Token | undefined): boolean {
  return token !== undefined && SILENT.has(token.kind);
}
