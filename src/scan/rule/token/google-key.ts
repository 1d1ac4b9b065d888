import { mountIt, tokenRule } from "../judge/token.ts";

export const googleKey = tokenRule(
  {
    id: "google-key",
    title: "A Google key or token",
    severity: "error",
    what: "OAuth client secrets (`GOCSPX-…`), access tokens (`ya29.…`), refresh tokens (`1//0…`), and API keys (`AIza…`), which are a *warning*: many are made to stand in web pages and apps.",
    why: "A client's secret impersonates the application; a token acts as its user; an API key is used at the owner's cost.",
    remedy: `Reset the secret or delete the key in Google Cloud's console; revoke the token. Restrict API keys that must be public. ${mountIt}`,
    forms: [
      {
        what: "a Google OAuth client's secret",
        literals: ["GOCSPX-"],
        pattern: /GOCSPX-[\w-]{28}(?![\w-])/y,
        bits: 3.5,
      },
      {
        what: "a Google access token",
        literals: ["ya29."],
        pattern: /ya29\.[\w-]{80,1500}(?![\w-])/y,
        bits: 4,
        severity: "warning",
      },
      { what: "a Google refresh token", literals: ["1//0"], pattern: /1\/\/0[\w-]{50,120}(?![\w-])/y, bits: 4 },
      {
        what: "a Google API key",
        literals: ["AIza"],
        pattern: /AIza[\w-]{35}(?![\w-])/y,
        bits: 3.5,
        severity: "warning",
        holds: [/[a-z]/, /[A-Z]/],
      },
    ],
  },
  1600,
);
