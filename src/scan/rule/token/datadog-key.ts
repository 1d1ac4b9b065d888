import { mountIt, tokenRule } from "../judge/token.ts";

export const datadogKey = tokenRule({
  id: "datadog-key",
  title: "A Datadog key",
  severity: "error",
  what: "API keys (32 hex digits) and application keys (40) of Datadog beside a name such as `DD_API_KEY`.",
  why: "An application key reads all metrics and logs; an API key sends false ones.",
  remedy: `Revoke the key in Datadog's organisation settings. ${mountIt}`,
  forms: [
    {
      what: "a Datadog key",
      literals: ["DD_API_KEY", "DD_APP_KEY", "DATADOG_A"],
      pattern:
        /(?:dd|datadog)_(?:api|app|application)_key["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}([a-f0-9]{40}|[a-f0-9]{32})(?![\w-])/iy,
    },
  ],
});
