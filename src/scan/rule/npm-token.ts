import { endsOnly } from "../../finding/redact.ts";
import { isLikely } from "../likely.ts";
import { type ContentRule, matchAt } from "../rule.ts";

const pattern = /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y;

export const npmToken: ContentRule = {
  id: "npm-token",
  literals: ["npm_"],
  before: 1,
  after: 64,
  judge: (text, at) => {
    const match = matchAt(pattern, text, at);
    if (match === undefined || !isLikely(match[0], 3.5)) return undefined;
    return {
      start: match.index,
      end: match.index + match[0].length,
      value: match[0],
      severity: "error",
      what: "an npm token",
      redacted: endsOnly(match[0]),
    };
  },
  remedy: "Revoke the token at npm, and mount an .npmrc into the step that needs it instead of copying one.",
};
