import type { Token, TokenKind } from "../token.ts";
import type { Engine } from "./engine.ts";

/** m4, with its own names or with `m4_` before them. What a macro becomes is not followed. */
export const m4: Engine = {
  name: "m4",
  endings: ["m4"],
  sign: /^(?:m4_)?(?:dnl\b|(?:define|undefine|include|sinclude|ifdef|ifelse|changequote|divert)\()/m,
  scan: (text) => scan(text),
};

// what gives nothing; include and undivert bring lines from elsewhere; all others become text
const SILENT = new Set(
  "define undefine pushdef popdef divert changequote changecom debugmode debugfile traceon traceoff errprint m4wrap wrap m4exit syscmd".split(
    " ",
  ),
);
const INCLUDING = new Set(["include", "sinclude", "undivert", "esyscmd"]);
const VALUES = new Set(
  "ifdef ifelse eval incr decr len index regexp substr translit patsubst format shift indir builtin maketemp mkstemp".split(
    " ",
  ),
);
// these are macros without an argument too
const BARE = new Set(["dnl", "divert", "changequote", "changecom", "undivert", "shift"]);

const NEXT = /#|[A-Za-z_]\w*|\W/g;

function scan(text: string): Token[] {
  const tokens: Token[] = [];
  const defined = new Map<string, TokenKind>();
  let quotes = { open: "`", close: "'" };
  let copied = 0;
  NEXT.lastIndex = 0;
  const search = new RegExp(NEXT);
  for (let at = 0; at < text.length; ) {
    search.lastIndex = at;
    const found = search.exec(text);
    if (found === null) break;
    const { index } = found;
    const word = found[0];
    at = index + word.length;
    if (text.startsWith(quotes.open, index)) {
      const close = quoteEnd(text, index, quotes);
      if (close < 0) {
        add("text", index);
        tokens.push({ kind: "unclosed", start: index, end: text.length });
        return tokens;
      }
      add("text", index);
      add("gap", index + quotes.open.length);
      add("text", close - quotes.close.length);
      add("gap", close);
      at = close;
    } else if (word === "#") {
      const newline = text.indexOf("\n", index);
      at = newline < 0 ? text.length : newline;
    } else if (/^[A-Za-z_]/.test(word)) {
      const name = word.startsWith("m4_") ? word.slice(3) : word;
      const called = text.charAt(at) === "(";
      const kind = kindOf(word, name, called);
      if (kind === undefined) continue;
      if (name === "dnl") {
        const newline = text.indexOf("\n", at);
        at = newline < 0 ? text.length : newline + 1;
      } else if (called) {
        const end = callEnd(text, at, quotes);
        if (end < 0) {
          add("text", index);
          tokens.push({ kind: "unclosed", start: index, end: text.length });
          return tokens;
        }
        const argument = text.slice(at + 1, end - 1);
        at = end;
        if (name === "define" || name === "pushdef") define(argument);
        if (name === "changequote") quotes = readQuotes(argument);
        add("text", index);
        add(kind === "value" && argument.includes("\n") ? "macro" : kind, at);
        continue;
      }
      add("text", index);
      add(kind, at);
    }
  }
  add("text", text.length);
  return tokens;

  function add(kind: TokenKind, end: number): void {
    if (end > copied) tokens.push({ kind, start: copied, end });
    copied = end;
  }

  function kindOf(word: string, name: string, called: boolean): TokenKind | undefined {
    const own = defined.get(word);
    if (own !== undefined) return own;
    if (name === "dnl") return "comment";
    if (!called && !BARE.has(name)) return undefined;
    if (SILENT.has(name)) return "control";
    if (INCLUDING.has(name)) return "include";
    return VALUES.has(name) ? "value" : undefined;
  }

  function define(argument: string): void {
    const name = /^\s*\W{0,2}([A-Za-z_]\w*)/.exec(argument)?.[1];
    const body = argument.slice(argument.indexOf(",") + 1).trim();
    const multiline = body.includes("\n") || /\b(?:include|esyscmd)\b/.test(body);
    if (name !== undefined) defined.set(name, multiline ? "macro" : "value");
  }
}

type Quotes = { readonly open: string; readonly close: string };

function readQuotes(argument: string): Quotes {
  const [open = "", close = ""] = argument.split(",").map((part) => part.trim());
  return open === "" ? { open: "\0\0", close: "\0\0" } : { open, close: close === "" ? "'" : close };
}

/** After the quote that closes the one at `at`; -1 where there is none. */
function quoteEnd(text: string, at: number, { open, close }: Quotes): number {
  let depth = 1;
  for (let next = at + open.length; next < text.length; ) {
    if (text.startsWith(close, next)) {
      next += close.length;
      if (--depth === 0) return next;
    } else if (text.startsWith(open, next)) {
      depth++;
      next += open.length;
    } else next++;
  }
  return -1;
}

function callEnd(text: string, at: number, quotes: Quotes): number {
  let depth = 0;
  for (let next = at; next < text.length; ) {
    if (text.startsWith(quotes.open, next)) {
      next = quoteEnd(text, next, quotes);
      if (next < 0) return -1;
      continue;
    }
    const ch = text.charAt(next++);
    if (ch === "(") depth++;
    else if (ch === ")" && --depth === 0) return next;
  }
  return -1;
}
