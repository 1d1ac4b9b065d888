import { mountIt, tokenRule } from "../judge/token.ts";

export const sentryToken = tokenRule(
  {
    id: "sentry-token",
    title: "A Sentry token",
    severity: "error",
    what: "Organisation and user tokens of Sentry (`sntrys_…`, `sntryu_…`). The address of a project (its DSN) is public and none.",
    why: "It reads errors, with the data in them, and uploads to releases.",
    remedy: `Revoke the token in Sentry's settings. ${mountIt}`,
    forms: [
      {
        what: "a Sentry token",
        literals: ["sntrys_", "sntryu_"],
        pattern: /(?:sntrys_eyJ[\w+/=-]{40,400}|sntryu_[a-f0-9]{64})(?![A-Za-z0-9])/y,
      },
    ],
  },
  500,
);
