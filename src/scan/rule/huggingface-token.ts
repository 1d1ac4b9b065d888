import { endsOnly } from "../../finding/redact.ts";
import { isLikely } from "../likely.ts";
import { type ContentRule, matchAt } from "../rule.ts";

const pattern =
  /(?<![A-Za-z0-9])(?:(?:hf|api_org)_[A-Za-z0-9]{34}|hf_(?:jwt|oauth)_[A-Za-z0-9_.-]{24,})(?![A-Za-z0-9])/y;

const firstCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export const huggingfaceToken: ContentRule = {
  id: "huggingface-token",
  literals: ["api_org_", ...Array.from(firstCharacters, (character) => `hf_${character}`)],
  before: 1,
  after: 4096,
  judge: (text, at) => {
    const match = matchAt(pattern, text, at);
    if (match === undefined || !isLikely(match[0], 3.5)) return undefined;
    // A long name in a program can have the right length; a token has capitals among small letters.
    if (!/[a-z]/.test(match[0].slice(4)) || !/[A-Z]/.test(match[0].slice(4))) return undefined;
    return {
      start: match.index,
      end: match.index + match[0].length,
      value: match[0],
      severity: "error",
      what: "a Hugging Face token",
      redacted: endsOnly(match[0]),
    };
  },
  remedy: "Revoke the token at Hugging Face, and mount one into the step that needs it (HF_TOKEN_PATH) instead.",
};
