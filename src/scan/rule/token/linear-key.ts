import { mountIt, tokenRule } from "../judge/token.ts";

export const linearKey = tokenRule({
  id: "linear-key",
  title: "A Linear key",
  severity: "error",
  what: "API keys and OAuth secrets of Linear (`lin_api_…`, `lin_oauth_…`).",
  why: "It reads and writes the workspace's issues.",
  remedy: `Revoke the key in Linear's settings. ${mountIt}`,
  forms: [
    {
      what: "a Linear key",
      literals: ["lin_api_", "lin_oauth_"],
      pattern: /lin_(?:api_[A-Za-z0-9]{40}|oauth_[a-f0-9]{64})(?![A-Za-z0-9])/y,
    },
  ],
});
