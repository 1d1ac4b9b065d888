import { mountIt, tokenRule } from "../judge/token.ts";

export const openaiKey = tokenRule({
  id: "openai-key",
  title: "An OpenAI key",
  severity: "error",
  what: "Keys of OpenAI's API, of users, projects, service accounts and administrators (`sk-…T3BlbkFJ…`).",
  why: "It is used at the owner's cost within minutes of being seen, and reads what the project stored.",
  remedy: `Delete the key in OpenAI's platform settings. ${mountIt}`,
  forms: [
    {
      what: "an OpenAI key",
      literals: ["T3BlbkFJ"],
      pattern: /T3BlbkFJ[\w-]{20,80}(?![\w-])/y,
      lead: /(?<![A-Za-z0-9])sk-(?:(?:proj|svcacct|admin|None)-)?[\w-]{20,80}$/,
      bits: 4,
    },
    {
      what: "an OpenAI key",
      literals: ["sk-proj-", "sk-svcacct-", "sk-admin-"],
      pattern: /sk-(?:proj|svcacct|admin)-(?![\w-]{0,90}T3BlbkFJ)[\w-]{48,200}(?![\w-])/y,
      bits: 4.2,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
      severity: "warning",
    },
  ],
});
