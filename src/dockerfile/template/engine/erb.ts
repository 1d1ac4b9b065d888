import type { Engine, Meaning, Trim } from "./engine.ts";

const BEFORE: Readonly<Record<string, Trim>> = { "-": "blanks" };
// `-%>` takes the line end; without it that depends on the trim mode, which is not in the file
const AFTER: Readonly<Record<string, Trim>> = { "-": "newline", "": "perhaps-newline" };

/** Ruby's ERB, and Elixir's EEx. */
export const erb: Engine = {
  name: "erb",
  endings: ["erb", "eex", "leex"],
  sign: /^[ \t]*<%(?![%_])/m,
  tags: [
    { open: "<%#", close: "%>", before: {}, after: AFTER, quotes: "", read: () => ({ kind: "comment" }) },
    { open: "<%=", close: "%>", before: {}, after: { "-": "newline" }, quotes: "", read: readOutput },
    { open: "<%", close: "%>", before: BEFORE, after: AFTER, quotes: "", read: readCode },
  ],
  literals: ["<%%"],
};

/** EEx writes conditions and loops as output: `<%= if x do %>`. */
function readOutput(inner: string): Meaning {
  if (!/(?:\bdo|->)$/.test(inner) && !/\bdo\s*\|[^|]*\|$/.test(inner)) return { kind: "value" };
  return readCode(inner);
}

function readCode(code: string): Meaning {
  const inner = withoutComment(code);
  if (inner.startsWith("!--") || inner === "") return { kind: "comment" };
  const word = /^\w+/.exec(inner)?.[0] ?? "";
  // a whole condition in one tag
  if (/[\s;]end$/.test(inner)) return { kind: "control" };
  switch (word) {
    case "if":
    case "unless":
    case "case":
    case "begin":
    case "cond":
      return { kind: "open" };
    case "elsif":
    case "when":
    case "rescue":
    case "ensure":
      return { kind: "else" };
    case "else":
      return inner === "else" ? { kind: "last-else" } : { kind: "else" };
    case "end":
      return { kind: "close" };
    case "for":
    case "while":
    case "until":
      return { kind: "loop" };
    case "def":
      return { kind: "hide" };
  }
  if (/(?:\bdo(?:\s*\|[^|]*\|)?|\{(?:\s*\|[^|]*\|)?)$/.test(inner)) return { kind: "loop" };
  if (inner.startsWith("}")) return { kind: "close" };
  return inner.endsWith("->") ? { kind: "else" } : { kind: "control" };
}

/** Ruby's, at the end of the last line; `#{` is in a string. */
function withoutComment(code: string): string {
  const last = code.lastIndexOf("\n") + 1;
  return (code.slice(0, last) + code.slice(last).replace(/(?<=^|\s)#(?!\{).*$/, "")).trim();
}
