import { mountIt, tokenRule } from "../judge/token.ts";

export const postmanKey = tokenRule({
  id: "postman-key",
  title: "A Postman key",
  severity: "error",
  what: "API keys of Postman (`PMAK-…`).",
  why: "It reads collections and environments, where more secrets are kept.",
  remedy: `Revoke the key in Postman's settings. ${mountIt}`,
  forms: [{ what: "a Postman key", literals: ["PMAK-"], pattern: /PMAK-[a-f0-9]{24}-[a-f0-9]{34}(?![A-Za-z0-9])/y }],
});
