import { mountIt, tokenRule } from "../judge/token.ts";

export const rubygemsKey = tokenRule({
  id: "rubygems-key",
  title: "A RubyGems key",
  severity: "error",
  what: "API keys of RubyGems (`rubygems_` and 48 hex digits), as `.gem/credentials` keeps them.",
  why: "It pushes new versions of its gems.",
  remedy: `Revoke the key at RubyGems. ${mountIt}`,
  forms: [{ what: "a RubyGems key", literals: ["rubygems_"], pattern: /rubygems_[a-f0-9]{48}(?![A-Za-z0-9])/y }],
});
