import type { Engine, Meaning, Trim } from "./engine.ts";

const BEFORE: Readonly<Record<string, Trim>> = { _: "blanks" };
const AFTER: Readonly<Record<string, Trim>> = { "-": "newline", _: "line" };
const VALUE = { close: "%>", before: {}, after: AFTER, quotes: "", read: readOutput } as const;

/** EJS, and the templates of lodash. */
export const ejs: Engine = {
  name: "ejs",
  endings: ["ejs"],
  sign: /^[ \t]*<%_|<%[^%>\n]*[{}]\s*[-_]?%>/m,
  tags: [
    { open: "<%#", close: "%>", before: {}, after: AFTER, quotes: "", read: () => ({ kind: "comment" }) },
    { open: "<%=", ...VALUE },
    { open: "<%-", ...VALUE },
    { open: "<%", close: "%>", before: BEFORE, after: AFTER, quotes: "", read: readCode },
  ],
  literals: ["<%%"],
};

function readOutput(inner: string): Meaning {
  return { kind: /^include\b/.test(inner) ? "include" : "value" };
}

function readCode(inner: string): Meaning {
  const code = withoutComment(inner)
    .replace(/^break\s*;/, "")
    .trim();
  const opens = code.endsWith("{") || code.endsWith(":");
  if (code.startsWith("}")) {
    if (!opens) return { kind: "close" };
    return /\belse\s*\{$/.test(code) ? { kind: "last-else" } : { kind: "else" };
  }
  if (/^(?:case|default)\b/.test(code)) return { kind: code.startsWith("d") ? "last-else" : "else" };
  if (!opens) return { kind: "control" };
  if (/\bfunction\s+\w+\s*\([^()]*\)\s*\{$/.test(code)) return { kind: "hide" };
  return { kind: /^(?:if|switch|try)\b/.test(code) ? "open" : "loop" };
}

/** The slashes of a URL begin no comment. */
function withoutComment(code: string): string {
  const last = code.lastIndexOf("\n") + 1;
  const line = code.slice(last).replace(/(?<=^|[\s;{}()])\/\/.*$/, "");
  return (code.slice(0, last) + line).replace(/\/\*[^*]*\*\/\s*$/, "").trim();
}
