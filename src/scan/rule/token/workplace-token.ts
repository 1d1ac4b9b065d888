import { mountIt, tokenRule } from "../judge/token.ts";

export const workplaceToken = tokenRule({
  id: "workplace-token",
  title: "A token of a workplace service",
  severity: "error",
  what: "Tokens by their prefixes: Figma (`figd_`), Notion (`ntn_`, `secret_`), Airtable (`pat….…`), Typeform (`tfp_`), ReadMe (`rdme_`), Asana beside its name, Adobe (`p8e-`), MailerSend (`mlsn.`), Intercom, HubSpot (`pat-na1-…`), Frame.io (`fio-u-`), Contentful (`CFPAT-`), Mapbox (`sk.eyJ…`), EasyPost (`EZAK…`), Shippo, Duffel, Plaid (`access-production-`), Teams webhooks.",
  why: "It reads and writes what people keep there.",
  remedy: `Revoke the token where it was made. ${mountIt}`,
  forms: [
    { what: "a Figma token", literals: ["figd_", "figu_"], pattern: /fig[du]_[\w-]{40,60}(?![\w-])/y, bits: 4 },
    { what: "a Notion token", literals: ["ntn_"], pattern: /ntn_\d{11}[A-Za-z0-9]{35}(?![A-Za-z0-9])/y, bits: 4 },
    {
      what: "a Notion token",
      literals: ["secret_"],
      pattern: /secret_[A-Za-z0-9]{43}(?![A-Za-z0-9_])/y,
      bits: 4.2,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
    },
    {
      what: "an Asana token",
      literals: ["ASANA_"],
      pattern:
        /asana_[a-z_]{0,24}["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}([012]\/(?:\d{16}\/)?\d{16}:[a-f0-9]{32})(?![A-Za-z0-9])/iy,
    },
    {
      what: "the secret of an Adobe client",
      literals: ["p8e-"],
      pattern: /p8e-[\w-]{32}(?![\w-])/y,
      bits: 3.8,
      holds: [/[A-Za-z]/, /\d/],
    },
    { what: "a Frame.io token", literals: ["fio-u-"], pattern: /fio-u-[\w=-]{64}(?![\w=-])/y, bits: 4 },
    { what: "a MailerSend token", literals: ["mlsn."], pattern: /mlsn\.[a-f0-9]{64}(?![A-Za-z0-9])/y },
    {
      what: "an Intercom token",
      literals: ["dG9rO"],
      pattern: /dG9rO[A-Za-z0-9+/]{50,60}={0,2}(?![A-Za-z0-9+/=])/y,
      check: (token) =>
        /^tok:[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}:/.test(Buffer.from(token, "base64").toString()),
    },
    {
      what: "an Airtable token",
      literals: ["AIRTABLE_"],
      pattern:
        /airtable_[a-z_]{0,24}["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}(pat[A-Za-z0-9]{14}\.[a-f0-9]{64})(?![A-Za-z0-9])/iy,
    },
    { what: "a Typeform token", literals: ["tfp_"], pattern: /tfp_[\w.=-]{59}(?![\w-])/y, bits: 4 },
    { what: "a ReadMe key", literals: ["rdme_"], pattern: /rdme_[a-z0-9]{70}(?![A-Za-z0-9])/y },
    {
      what: "a HubSpot token",
      literals: ["pat-na1-", "pat-na2-", "pat-eu1-", "pat-ap1-"],
      pattern: /pat-(?:na|eu|ap)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/y,
    },
    { what: "a Contentful token", literals: ["CFPAT-"], pattern: /CFPAT-[\w-]{43}(?![\w-])/y, bits: 4 },
    {
      what: "a Mapbox secret token",
      literals: ["sk.eyJ"],
      pattern: /sk\.eyJ[\w-]{60,120}\.[\w-]{20,24}(?![\w-])/y,
      bits: 4,
    },
    { what: "an EasyPost key", literals: ["EZAK"], pattern: /EZAK[A-Za-z0-9]{54}(?![A-Za-z0-9])/y, bits: 4 },
    { what: "a Shippo key", literals: ["shippo_live_"], pattern: /shippo_live_[a-f0-9]{40}(?![A-Za-z0-9])/y },
    { what: "a Duffel token", literals: ["duffel_live_"], pattern: /duffel_live_[\w=-]{43}(?![\w-])/y, bits: 4 },
    {
      what: "a Plaid token",
      literals: ["access-production-"],
      pattern: /access-production-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/y,
    },
    {
      what: "the address of a Teams webhook",
      literals: ["/IncomingWebhook/"],
      pattern: /\/IncomingWebhook\/([0-9a-f]{32}\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/y,
    },
  ],
});
