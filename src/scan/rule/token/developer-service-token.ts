import { mountIt, tokenRule } from "../judge/token.ts";

export const developerServiceToken = tokenRule({
  id: "developer-service-token",
  title: "A token of a service for developers",
  severity: "error",
  what: "Tokens of Clojars (`CLOJARS_…`), Socket (`sktsec_…`), OWASP Dependency-Track (`odt_…`), Sourcegraph Cody (`slk_…`), Apify (`apify_api_…`), Adafruit IO (`aio_…`), MaxMind (`…_mmk`), and tokens that write to Nx Cloud's cache.",
  why: "It publishes packages, fills a cache that others build from, or acts at the owner's cost.",
  remedy: `Revoke the token where it was made. ${mountIt}`,
  forms: [
    {
      what: "a Clojars token",
      literals: ["CLOJARS_"],
      pattern: /CLOJARS_[a-z0-9]{60}(?![A-Za-z0-9])/y,
      bits: 4,
    },
    {
      what: "a Socket token",
      literals: ["sktsec_"],
      pattern: /sktsec_[\w-]{40,80}(?![\w-])/y,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
    },
    {
      what: "a key of Dependency-Track",
      literals: ["odt_"],
      pattern: /odt_(?:[A-Za-z0-9]{8}_)?[A-Za-z0-9]{32}(?![A-Za-z0-9])/y,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
    },
    { what: "a Sourcegraph Cody token", literals: ["slk_"], pattern: /slk_[a-f0-9]{64}(?![A-Za-z0-9])/y },
    {
      what: "an Apify token",
      literals: ["apify_api_"],
      pattern: /apify_api_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y,
      bits: 4,
    },
    {
      what: "an Adafruit IO key",
      literals: ["aio_"],
      pattern: /aio_[A-Za-z0-9]{28}(?![A-Za-z0-9])/y,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
    },
    {
      what: "a MaxMind licence key",
      literals: ["_mmk"],
      pattern: /_mmk(?![A-Za-z0-9_])/y,
      lead: /(?<![A-Za-z0-9])[A-Za-z0-9]{6}_[A-Za-z0-9]{29}$/,
      bits: 4,
    },
    {
      // The base64 of a UUID and what it may do: https://nx.dev/ci/recipes/security/access-tokens
      what: "a token of Nx Cloud that may write",
      literals: ["fHJlYWQtd3JpdGU="],
      pattern: /fHJlYWQtd3JpdGU=(?![A-Za-z0-9+/=])/y,
      lead: /(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{48}$/,
      check: (token) => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\|/.test(Buffer.from(token, "base64").toString()),
    },
  ],
});
