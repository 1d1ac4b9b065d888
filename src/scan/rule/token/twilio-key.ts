import { mountIt, tokenRule } from "../judge/token.ts";

export const twilioKey = tokenRule({
  id: "twilio-key",
  title: "A Twilio key",
  severity: "error",
  what: "Auth tokens and API keys of Twilio beside their name: 32 hex digits under `TWILIO_AUTH_TOKEN` and the like, and API keys (`SK…`).",
  why: "It sends messages and makes calls in the account's name, and at its cost.",
  remedy: `Replace the auth token, or delete the API key, in Twilio's console. ${mountIt}`,
  forms: [
    {
      what: "a Twilio auth token",
      literals: ["TWILIO_"],
      pattern:
        /[Tt][Ww][Ii][Ll][Ii][Oo][\w.-]{0,24}(?:[Tt]oken|TOKEN|[Ss]ecret|SECRET|[Kk]ey|KEY)[\w.-]{0,12}["'`]?\s{0,4}(?:=>|:=|[:=,(>])\s{0,4}["'`]?((?:SK)?[0-9a-f]{32})(?![A-Za-z0-9])/y,
    },
  ],
});
