import type { Engine, Meaning, Trim } from "./engine.ts";

// `-` trims all, `+` nothing; without either it depends on trim_blocks, which is not in the file
const BEFORE: Readonly<Record<string, Trim>> = { "-": "all", "+": "none" };
const AFTER: Readonly<Record<string, Trim>> = { "-": "all", "+": "none", "": "perhaps-newline" };

/** Jinja2, and what is like it (Nunjucks, Twig, Django, Tera). */
export const jinja: Engine = {
  name: "jinja",
  endings: ["j2", "jinja", "jinja2", "njk", "tera", "twig"],
  sign: /^[ \t]*\{%[-+]?[ \t]*(?:if|for|set|include|import|from|macro|block|extends|raw|call|filter|with|elif|else|endif|endfor)\b/m,
  tags: [
    { open: "{%", close: "%}", before: BEFORE, after: AFTER, quotes: `"'`, read: readStatement },
    { open: "{#", close: "#}", before: BEFORE, after: AFTER, quotes: "", read: () => ({ kind: "comment" }) },
    {
      open: "{{",
      close: "}}",
      before: BEFORE,
      after: { "-": "all", "+": "none" },
      quotes: `"'`,
      read: () => ({ kind: "value" }),
    },
  ],
  literals: [],
};

const CLOSES = new Set(["if", "for", "macro", "call", "filter", "block", "with", "autoescape", "trans", "set"]);

function readStatement(inner: string): Meaning {
  const word = /^\w+/.exec(inner)?.[0] ?? "";
  switch (word) {
    case "if":
      return { kind: "open", name: "if" };
    case "elif":
    case "elseif":
      return { kind: "else" };
    case "else":
      return { kind: "last-else" };
    case "for":
      return { kind: "loop", name: "for" };
    case "macro":
    case "call":
      return { kind: "hide", name: word };
    case "set":
      // without an = the text up to endset goes into the variable
      return inner.includes("=") ? { kind: "control" } : { kind: "hide", name: "set" };
    case "block":
    case "filter":
    case "with":
    case "autoescape":
    case "trans":
      return { kind: "wrap", name: word };
    case "include":
    case "extends":
      return { kind: "include" };
    case "raw":
    case "verbatim":
      return { kind: "control", until: new RegExp(`\\{%[-+]?\\s*end${word}\\b`, "g") };
  }
  const closed = word.startsWith("end") ? word.slice(3) : "";
  return CLOSES.has(closed) ? { kind: "close", name: closed } : { kind: "control" };
}
