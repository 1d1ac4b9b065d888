import { mountIt, tokenRule } from "../judge/token.ts";

export const observabilityToken = tokenRule({
  id: "observability-token",
  title: "A token of an analytics or observability service",
  severity: "error",
  what: "Personal keys of PostHog (`phx_…`), ingest keys of Honeycomb (`hcaik_…`, `hcxik_…`), tokens of Axiom (`xaat-…`, `xapt-…`), Logfire (`pylf_v1_…`) and Segment (`sgp_…`).",
  why: "It reads what users did and what programs logged, or sends false data.",
  remedy: `Revoke the key in the service's settings. ${mountIt}`,
  forms: [
    {
      what: "a PostHog personal key",
      literals: ["phx_"],
      pattern: /phx_\w{43,48}(?![\w-])/y,
      bits: 4,
      holds: [/[a-z]/, /[A-Z]/, /\d/],
    },
    {
      what: "a Honeycomb key",
      literals: ["hcaik_", "hcxik_"],
      pattern: /hc[ax]ik_[a-z0-9]{58}(?![A-Za-z0-9])/y,
      bits: 3.8,
      holds: [/\d/],
    },
    {
      what: "an Axiom token",
      literals: ["xaat-", "xapt-"],
      pattern: /xa[ap]t-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![\w-])/y,
    },
    {
      what: "a Logfire token",
      literals: ["pylf_v"],
      pattern: /pylf_v\d_(?:[a-z]{2}_)?[A-Za-z0-9]{43}(?![A-Za-z0-9])/y,
      bits: 4,
    },
    {
      what: "a Segment token",
      literals: ["sgp_"],
      pattern: /sgp_[A-Za-z0-9]{64}(?![A-Za-z0-9])/y,
      bits: 4.2,
      holds: [/[g-z]/, /[A-Z]/, /\d/],
    },
  ],
});
