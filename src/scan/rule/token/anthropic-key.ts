import { mountIt, tokenRule } from "../judge/token.ts";

export const anthropicKey = tokenRule({
  id: "anthropic-key",
  title: "An Anthropic key",
  severity: "error",
  what: "Keys of Anthropic's API (`sk-ant-api03-…`, `sk-ant-admin01-…`) and its OAuth tokens (`sk-ant-oat01-…`).",
  why: "It is used at the owner's cost within minutes of being seen.",
  remedy: `Delete the key in Anthropic's console. ${mountIt}`,
  forms: [
    {
      what: "an Anthropic key",
      literals: ["sk-ant-"],
      pattern: /sk-ant-[a-z]{2,8}\d{2}-[\w-]{80,120}(?![\w-])/y,
      bits: 4,
    },
  ],
});
