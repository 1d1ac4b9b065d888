import type { Token, TokenKind } from "../token.ts";
import type { Engine } from "./engine.ts";

/** EmPy: Python after an `@`. */
export const empy: Engine = {
  name: "empy",
  endings: ["em", "empy"],
  sign: /^@\[[ \t]*(?:if|for|while|end|else|elif|def)\b|^@\((?:TEMPLATE|empy\.)|^@\{[ \t]*$/m,
  scan,
};

function scan(text: string): Token[] {
  const tokens: Token[] = [];
  let copied = 0;
  for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", copied)) {
    add("text", at);
    const found = readMarkup(text, at);
    if (found === undefined) {
      tokens.push({ kind: "unclosed", start: at, end: text.length });
      return tokens;
    }
    // of @@ one is left
    if (found.kind === "text") add("gap", at + 1);
    add(found.kind, found.end);
  }
  add("text", text.length);
  return tokens;

  function add(kind: TokenKind, end: number): void {
    if (end > copied) tokens.push({ kind, start: copied, end });
    copied = end;
  }
}

type Markup = { readonly kind: TokenKind; readonly end: number };

const SIMPLE = /[A-Za-z_][\w]*(?:\.[A-Za-z_]\w*)*/y;

function readMarkup(text: string, at: number): Markup | undefined {
  const next = text.charAt(at + 1);
  switch (next) {
    case "@":
      return { kind: "text", end: at + 2 };
    case "#":
    case "%":
    case "?":
    case "!":
      return { kind: next === "#" ? "comment" : "control", end: lineEnd(text, at) };
    case " ":
    case "\t":
    case "\n":
    case "\v":
      return { kind: "gap", end: at + 2 };
    case "\r":
      return { kind: "gap", end: at + (text.charAt(at + 2) === "\n" ? 3 : 2) };
    case "":
      return { kind: "gap", end: at + 1 };
    case "(": {
      const end = closing(text, at + 1);
      if (end < 0) return undefined;
      return {
        kind: /^\(\s*(?:TEMPLATE|empy\.include)\b/.test(text.slice(at + 1, at + 40)) ? "include" : "value",
        end,
      };
    }
    case "{": {
      const end = closing(text, at + 1);
      // it may write
      return end < 0 ? undefined : { kind: /\bempy\.|\bprint\b/.test(text.slice(at, end)) ? "macro" : "control", end };
    }
    case "[": {
      const end = closing(text, at + 1);
      return end < 0 ? undefined : { kind: readControl(text.slice(at + 2, end - 1).trim()), end };
    }
  }
  SIMPLE.lastIndex = at + 1;
  const name = SIMPLE.exec(text);
  if (name === null) return { kind: "text", end: at + 1 };
  let end = at + 1 + name[0].length;
  while (text.charAt(end) === "(" || text.charAt(end) === "[") {
    end = closing(text, end);
    if (end < 0) return undefined;
  }
  return { kind: "value", end };
}

function readControl(inner: string): TokenKind {
  switch (/^\w+/.exec(inner)?.[0]) {
    case "if":
    case "try":
      return "open";
    case "elif":
    case "except":
    case "finally":
      return "else";
    case "else":
      return "last-else";
    case "for":
    case "while":
      return "loop";
    case "def":
      return "hide";
    case "end":
      return "close";
    default:
      return "control";
  }
}

function lineEnd(text: string, at: number): number {
  const newline = text.indexOf("\n", at);
  return newline < 0 ? text.length : newline + 1;
}

const CLOSES: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** After the bracket that closes the one at `at`; strings hide brackets. -1 where there is none. */
function closing(text: string, at: number): number {
  const stack: string[] = [];
  for (let next = at; next < text.length; next++) {
    const ch = text.charAt(next);
    if (ch in CLOSES) stack.push(CLOSES[ch]!);
    else if (ch === stack.at(-1)) {
      stack.pop();
      if (stack.length === 0) return next + 1;
    } else if (ch === '"' || ch === "'") {
      const quote = text.startsWith(ch.repeat(3), next) ? ch.repeat(3) : ch;
      next += quote.length;
      while (next < text.length && !text.startsWith(quote, next)) next += text.charAt(next) === "\\" ? 2 : 1;
      next += quote.length - 1;
    }
  }
  return -1;
}
