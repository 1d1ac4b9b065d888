import { endsOnly } from "../../finding/redact.ts";
import { isLikely } from "../likely.ts";
import { type ContentRule, matchAt } from "../rule.ts";

/** Personal, OAuth, user-to-server and refresh tokens; installation tokens, also in their newer form around a JWT. */
const pattern =
  /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{36,251}|ghs_\d{1,20}_eyJ[\w-]+\.[\w-]+\.[\w-]+|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})(?![A-Za-z0-9])/y;

export const githubToken: ContentRule = {
  id: "github-token",
  literals: ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
  before: 1,
  after: 2048,
  judge: (text, at) => {
    const match = matchAt(pattern, text, at);
    if (match === undefined || !isLikely(match[0], 3.5)) return undefined;
    return {
      start: match.index,
      end: match.index + match[0].length,
      value: match[0],
      severity: "error",
      what: "a GitHub token",
      redacted: endsOnly(match[0]),
    };
  },
  remedy: "Revoke the token at GitHub, and give it to the step as a secret mount instead of writing it into the image.",
};
