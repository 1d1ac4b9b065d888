import { mountIt, tokenRule } from "../judge/token.ts";

export const huggingfaceToken = tokenRule(
  {
    id: "huggingface-token",
    title: "A Hugging Face token",
    severity: "error",
    what: "User and organisation tokens of Hugging Face (`hf_…`, `api_org_…`), and the short-lived ones of its OIDC and OAuth (`hf_jwt_…`, `hf_oauth_…`).",
    why: "It downloads private models and data, and often uploads to them.",
    remedy: `Revoke the token at Hugging Face, and mount one into the step that needs it (HF_TOKEN_PATH) instead. ${mountIt}`,
    forms: [
      {
        what: "a Hugging Face token",
        literals: ["api_org_", "hf_"],
        pattern: /(?:hf|api_org)_[A-Za-z]{34}(?![A-Za-z0-9])/y,
        bits: 3.5,
        holds: [/[a-z]/, /[A-Z]/],
      },
      {
        what: "a short-lived Hugging Face token",
        literals: ["hf_jwt_", "hf_oauth_"],
        pattern: /hf_(?:jwt|oauth)_[A-Za-z0-9_.-]{24,4000}(?![A-Za-z0-9])/y,
        bits: 3.5,
      },
    ],
  },
  4096,
);
