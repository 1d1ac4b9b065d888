import { mountIt, tokenRule } from "../judge/token.ts";

export const cloudflareToken = tokenRule({
  id: "cloudflare-token",
  title: "A Cloudflare token",
  severity: "error",
  what: "Tokens and keys of Cloudflare: by prefix (`cfut_…`, `cfat_…`, `cfk_…`, origin CA keys `v1.0-…`), and beside a name such as `CLOUDFLARE_API_TOKEN` or `CF_API_KEY`.",
  why: "It changes DNS and workers: whoever has it can stand in for the whole site.",
  remedy: `Roll the token in Cloudflare's dashboard. ${mountIt}`,
  forms: [
    {
      what: "a Cloudflare token",
      literals: ["cfut_", "cfat_"],
      pattern: /cf[ua]t_[A-Za-z0-9]{40}[a-f0-9]{8}(?![A-Za-z0-9])/y,
      bits: 4,
    },
    {
      what: "a Cloudflare key",
      literals: ["cfk_"],
      pattern: /cfk_[A-Za-z0-9]{40}[a-f0-9]{8}(?![A-Za-z0-9])/y,
      bits: 4,
    },
    {
      what: "a Cloudflare origin CA key",
      literals: ["v1.0-"],
      pattern: /v1\.0-[a-f0-9]{24}-[a-f0-9]{146}(?![A-Za-z0-9])/y,
    },
    {
      what: "a Cloudflare token",
      literals: ["CLOUDFLARE_", "CF_API_"],
      pattern:
        /(?:cloudflare|cf_api)_[\w-]{0,24}?(?:token|key)["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}([A-Za-z0-9_-]{40}|[a-f0-9]{37})(?![\w-])/iy,
      bits: 3,
      holds: [/\d/, /[A-Za-z]/],
    },
  ],
});
