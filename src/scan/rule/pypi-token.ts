import { endsOnly } from "../../finding/redact.ts";
import { isLikely } from "../likely.ts";
import { type ContentRule, matchAt } from "../rule.ts";

/** A macaroon in base64; `AgE` is how its first fields always come out. */
const pattern = /(?<![A-Za-z0-9])pypi-AgE[A-Za-z0-9_-]{50,}/y;

export const pypiToken: ContentRule = {
  id: "pypi-token",
  literals: ["pypi-AgE"],
  before: 1,
  after: 1024,
  judge: (text, at) => {
    const match = matchAt(pattern, text, at);
    if (match === undefined || !isLikely(match[0], 3.5)) return undefined;
    return {
      start: match.index,
      end: match.index + match[0].length,
      value: match[0],
      severity: "error",
      what: "a PyPI token",
      redacted: endsOnly(match[0]),
    };
  },
  remedy: "Revoke the token at PyPI, and give it to the step as a secret mount.",
};
