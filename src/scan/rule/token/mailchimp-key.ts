import { mountIt, tokenRule } from "../judge/token.ts";

export const mailchimpKey = tokenRule({
  id: "mailchimp-key",
  title: "A Mailchimp key",
  severity: "error",
  what: "API keys of Mailchimp and Mandrill beside their name: 32 hex digits and the data centre (`-us6`).",
  why: "It reads and mails the lists of the account.",
  remedy: `Revoke the key in Mailchimp's settings. ${mountIt}`,
  forms: [
    {
      what: "a Mailchimp key",
      literals: ["MAILCHIMP_"],
      pattern: /mailchimp[\w.-]{0,30}["'`]?\s{0,4}(?:=>|:=|[:=,(>])\s{0,4}["'`]?([0-9a-f]{32}-us\d{1,2})(?!\d)/iy,
    },
  ],
});
