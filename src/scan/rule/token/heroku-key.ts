import { mountIt, tokenRule } from "../judge/token.ts";

export const herokuKey = tokenRule({
  id: "heroku-key",
  title: "A Heroku key",
  severity: "error",
  what: "API keys of Heroku: `HRKU-…`, or a UUID beside a name such as `HEROKU_API_KEY`.",
  why: "It reads the configuration of all apps, with the secrets in it, and deploys to them.",
  remedy: `Regenerate the key in Heroku's account settings. ${mountIt}`,
  forms: [
    { what: "a Heroku key", literals: ["HRKU-AA"], pattern: /HRKU-AA[\w-]{58}(?![\w-])/y, bits: 4 },
    {
      what: "a Heroku key",
      literals: ["HEROKU_API"],
      pattern:
        /heroku_api_?(?:key|token)["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/iy,
    },
  ],
});
