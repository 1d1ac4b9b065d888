import type { Engine, Meaning, Trim } from "./engine.ts";

const TRIM: Readonly<Record<string, Trim>> = { "~": "all" };
const plain = { before: TRIM, after: TRIM } as const;

/** Handlebars and Mustache. */
export const handlebars: Engine = {
  name: "handlebars",
  endings: ["hbs", "handlebars", "mustache"],
  sign: /^[ \t]*\{\{~?(?:[#^/]|else\b[^}\n]*\}\}|>)/m,
  tags: [
    { open: "{{!--", close: "--}}", ...plain, quotes: "", read: () => ({ kind: "comment" }) },
    { open: "{{~!--", close: "--}}", ...plain, quotes: "", read: () => ({ kind: "comment" }) },
    { open: "{{!", close: "}}", ...plain, quotes: "", read: () => ({ kind: "comment" }) },
    { open: "{{{", close: "}}}", ...plain, quotes: `"'`, read: () => ({ kind: "value" }) },
    { open: "{{", close: "}}", ...plain, quotes: `"'`, read: readMustache },
  ],
  standalone: true,
  literals: ["\\{{"],
};

function readMustache(inner: string): Meaning {
  const name = /^[#^/>*&]*\s*([^\s}()]+)/.exec(inner)?.[1] ?? "";
  if (inner.startsWith("!")) return { kind: "comment" };
  if (inner.startsWith("#*")) return { kind: "hide", name: "inline" };
  if (inner.startsWith("#>")) return { kind: "hide", name };
  if (inner.startsWith("#")) return { kind: name === "if" || name === "unless" ? "open" : "loop", name };
  if (inner === "^" || inner === "else") return { kind: "last-else" };
  if (inner.startsWith("^")) return { kind: "open", name };
  if (/^else\s/.test(inner)) return { kind: "else" };
  if (inner.startsWith("/")) return { kind: "close", name };
  return { kind: inner.startsWith(">") ? "include" : "value" };
}
