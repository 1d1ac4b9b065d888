import type { Engine, Meaning, Trim } from "./engine.ts";

const TRIM: Readonly<Record<string, Trim>> = { "-": "all" };

/** Go's text/template, and gomplate. */
export const go: Engine = {
  name: "go",
  endings: ["gotmpl", "gotpl", "gomplate", "gtpl"],
  sign: /^[ \t]*\{\{(?:- )?[ \t]*(?:(?:if|range|with|define|template|block|else if) [^}\n]*|end|else)[ \t]*(?: -)?\}\}/m,
  tags: [{ open: "{{", close: "}}", before: TRIM, after: TRIM, quotes: '"`', read: readAction }],
  literals: [],
};

function readAction(inner: string): Meaning {
  if (inner.startsWith("/*")) return { kind: "comment" };
  if (/^\$\w*\s*(?:,\s*\$\w+\s*)?:?=/.test(inner)) return { kind: "control" };
  const word = /^\w+/.exec(inner)?.[0] ?? "";
  switch (word) {
    case "if":
    case "with":
      return { kind: "open" };
    case "else":
      return /^else\s+\w/.test(inner) ? { kind: "else" } : { kind: "last-else" };
    case "range":
      return { kind: "loop" };
    case "end":
      return { kind: "close" };
    case "define":
      return { kind: "hide" };
    case "block":
      return { kind: "wrap" };
    case "template":
      return { kind: "include" };
    case "break":
    case "continue":
    case "defineDatasource":
      return { kind: "control" };
    default:
      return { kind: "value" };
  }
}
