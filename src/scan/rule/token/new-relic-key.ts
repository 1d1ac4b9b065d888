import { mountIt, tokenRule } from "../judge/token.ts";

export const newRelicKey = tokenRule({
  id: "new-relic-key",
  title: "A New Relic key",
  severity: "error",
  what: "User, ingest and licence keys of New Relic (`NRAK-…`, `NRII-…`, 40 characters that end in `NRAL`).",
  why: "A user's key reads all that was sent; the others send false data.",
  remedy: `Delete the key in New Relic's settings. ${mountIt}`,
  forms: [
    { what: "a New Relic key", literals: ["NRAK-"], pattern: /NRAK-[A-Z0-9]{27}(?![A-Za-z0-9])/y, bits: 3.2 },
    { what: "a New Relic insert key", literals: ["NRII-"], pattern: /NRII-[\w-]{32}(?![\w-])/y, bits: 3.5 },
    {
      what: "a New Relic licence key",
      literals: ["NRAL"],
      pattern: /NRAL(?![A-Za-z0-9])/y,
      lead: /(?<![A-Za-z0-9])(?:[a-f0-9]{36}|(?:eu|gov)\d{2}xx[a-f0-9]{30})$/,
      severity: "warning",
    },
  ],
});
