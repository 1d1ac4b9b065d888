import type { Engine, Meaning } from "./engine.ts";

/**
 * The templates of Docker's official images: jq between `{{` and `}}`, put together by bashbrew's jq-template.awk.
 * `-}}` takes the line end right after it. What ends in `(` is open until what begins with `)`.
 */
export const jq: Engine = {
  name: "jq",
  endings: [],
  sign: /\([ \t]*-?\}\}|\{\{[ \t]*\)|^\{\{[ \t]*(?:(?:def|include|import)\b|#[ \t])/m,
  tags: [{ open: "{{", close: "}}", before: {}, after: { "-": "newline" }, quotes: "", read: readExpression }],
  literals: [],
};

function readExpression(inner: string): Meaning {
  const code = inner.replace(/^(?:\s*#[^\n]*\n)+/, "").trim();
  if (code === "" || /^#[^\n]*$/.test(code)) return { kind: "comment" };
  const opens = code.endsWith("(");
  if (code.startsWith(")")) {
    if (!opens) return { kind: "close" };
    return { kind: /\belse\s*\($/.test(code) && !/\bthen\b/.test(code) ? "last-else" : "else" };
  }
  if (opens) return { kind: /^def\b/.test(code) ? "hide" : /\b(?:then|else)\b/.test(code) ? "open" : "loop" };
  return { kind: /^(?:def|include|import)\s/.test(code) ? "control" : "value" };
}
