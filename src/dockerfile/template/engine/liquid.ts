import type { Engine, Meaning, Trim } from "./engine.ts";

const TRIM: Readonly<Record<string, Trim>> = { "-": "all" };

/** Liquid. */
export const liquid: Engine = {
  name: "liquid",
  endings: ["liquid"],
  sign: /^[ \t]*\{%-?[ \t]*(?:assign|unless|case|when|capture|render|elsif|endunless|endcase|comment|tablerow)\b/m,
  tags: [
    { open: "{%", close: "%}", before: TRIM, after: TRIM, quotes: "", read: readTag },
    { open: "{{", close: "}}", before: TRIM, after: TRIM, quotes: "", read: () => ({ kind: "value" }) },
  ],
  literals: [],
};

const CLOSES = new Set(["if", "unless", "case", "for", "tablerow", "capture", "ifchanged", "form", "paginate"]);

function readTag(inner: string): Meaning {
  if (inner.startsWith("#")) return { kind: "comment" };
  const word = /^\w+/.exec(inner)?.[0] ?? "";
  switch (word) {
    case "if":
    case "unless":
    case "case":
    case "ifchanged":
      return { kind: "open", name: word };
    case "elsif":
    case "when":
      return { kind: "else" };
    case "else":
      return { kind: "last-else" };
    case "for":
    case "tablerow":
      return { kind: "loop", name: word };
    case "capture":
      return { kind: "hide", name: word };
    case "include":
    case "render":
    case "section":
    case "layout":
      return { kind: "include" };
    case "cycle":
    case "increment":
    case "decrement":
    case "echo":
      return { kind: "value" };
    case "liquid":
      // it may echo lines
      return { kind: /\becho\b/.test(inner) ? "macro" : "control" };
    case "comment":
      return { kind: "comment", until: /\{%-?\s*endcomment\b/g };
    case "raw":
      return { kind: "control", until: /\{%-?\s*endraw\b/g };
  }
  const closed = word.startsWith("end") ? word.slice(3) : "";
  return CLOSES.has(closed) ? { kind: "close", name: closed } : { kind: "control" };
}
