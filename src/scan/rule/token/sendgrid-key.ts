import { mountIt, tokenRule } from "../judge/token.ts";

export const sendgridKey = tokenRule({
  id: "sendgrid-key",
  title: "A SendGrid key",
  severity: "error",
  what: "API keys of SendGrid: `SG.`, 22 and 43 characters.",
  why: "It sends mail as the account, which is how phishing passes every check.",
  remedy: `Delete the key in SendGrid's settings. ${mountIt}`,
  forms: [{ what: "a SendGrid key", literals: ["SG."], pattern: /SG\.[\w-]{22}\.[\w-]{43}(?![\w-])/y, bits: 4 }],
});
