import { mountIt, tokenRule } from "../judge/token.ts";

export const squareToken = tokenRule({
  id: "square-token",
  title: "A Square token",
  severity: "error",
  what: "Access tokens and application secrets of Square (`EAAA…`, `sq0atp-…`, `sq0csp-…`).",
  why: "It takes payments and reads a shop's data.",
  remedy: `Replace the token in Square's developer console. ${mountIt}`,
  forms: [
    {
      what: "a Square token",
      literals: ["sq0atp-", "sq0csp-"],
      pattern: /sq0(?:atp-[\w-]{22}|csp-[\w-]{43})(?![\w-])/y,
      bits: 3.5,
    },
    {
      what: "a Square token",
      // Not `EAAA`: the mappings of a source map are full of it.
      literals: ["EAAAl", "EAAAE"],
      pattern: /EAAA[lE][\w-]{59}(?![\w-])/y,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
      severity: "warning",
    },
  ],
});
