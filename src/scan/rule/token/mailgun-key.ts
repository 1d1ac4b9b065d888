import { mountIt, tokenRule } from "../judge/token.ts";

export const mailgunKey = tokenRule({
  id: "mailgun-key",
  title: "A Mailgun key",
  severity: "error",
  what: "API keys of Mailgun beside their name (`key-` and 32 hex digits, or the newer form with two groups of eight).",
  why: "It sends mail as the account's domains, and reads what they receive.",
  remedy: `Replace the key in Mailgun's settings. ${mountIt}`,
  forms: [
    {
      what: "a Mailgun key",
      literals: ["MAILGUN_"],
      pattern:
        /mailgun[\w.-]{0,30}["'`]?\s{0,4}(?:=>|:=|[:=,(>])\s{0,4}["'`]?((?:key-)?[0-9a-f]{32}(?:-[0-9a-f]{8}-[0-9a-f]{8})?)(?![\w-])/iy,
    },
  ],
});
