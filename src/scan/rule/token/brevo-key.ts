import { mountIt, tokenRule } from "../judge/token.ts";

export const brevoKey = tokenRule({
  id: "brevo-key",
  title: "A Brevo key",
  severity: "error",
  what: "API and SMTP keys of Brevo, formerly Sendinblue (`xkeysib-…`, `xsmtpsib-…`).",
  why: "It sends mail as the account.",
  remedy: `Delete the key in Brevo's settings. ${mountIt}`,
  forms: [
    {
      what: "a Brevo key",
      literals: ["xkeysib-", "xsmtpsib-"],
      pattern: /x(?:key|smtp)sib-[a-f0-9]{64}-[A-Za-z0-9]{16}(?![A-Za-z0-9])/y,
    },
  ],
});
