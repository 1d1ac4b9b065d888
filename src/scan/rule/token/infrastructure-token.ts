import { mountIt, tokenRule } from "../judge/token.ts";

export const infrastructureToken = tokenRule(
  {
    id: "infrastructure-token",
    title: "A token of an infrastructure service",
    severity: "error",
    what: "Tokens that begin with their issuer's prefix: Pulumi (`pul-`), Doppler (`dp.pt.` …), Tailscale (`tskey-`), Fly.io (`fm2_`, `fo1_`, `FlyV1`), PlanetScale (`pscale_`), Prefect (`pnu_`), Supabase (`sbp_`, `sb_secret_`), Netlify (`nfp_`), Dynatrace (`dt0c01.`), Sourcegraph (`sgp_`), SonarQube (`squ_` …), Infracost (`ico-`), Scalingo (`tk-us-`), Defined Networking (`dnkey-`), Akamai (`akab-`), Scaleway and Alibaba beside their names, 1Password (`ops_`, `A3-`), Cloudinary (`cloudinary://`), OpenShift (`sha256~`), ngrok, Snyk.",
    why: "It administers what runs there.",
    remedy: `Revoke the token where it was made. ${mountIt}`,
    forms: [
      { what: "a Pulumi token", literals: ["pul-"], pattern: /pul-[a-f0-9]{40}(?![A-Za-z0-9])/y },
      {
        what: "a Doppler token",
        literals: ["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."],
        pattern: /dp\.(?:pt|st|ct|sa|scim|audit)\.(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,44}(?![A-Za-z0-9])/y,
        bits: 4,
      },
      {
        what: "a Tailscale key",
        literals: ["tskey-"],
        pattern: /tskey-[a-z]{2,12}-[A-Za-z0-9]{6,20}CNTRL-[A-Za-z0-9]{20,64}(?![A-Za-z0-9])/y,
        bits: 3.5,
      },
      {
        what: "a Fly.io token",
        literals: ["fm2_", "fm1r_", "fm1a_"],
        pattern: /fm(?:1[ar]|2)_[A-Za-z0-9+/]{100,800}={0,3}/y,
        bits: 4,
      },
      {
        what: "a Fly.io token",
        literals: ["fo1_"],
        pattern: /fo1_[\w-]{43}(?![\w-])/y,
        bits: 4,
        holds: [/[a-z]/, /[A-Z]/, /\d/],
      },
      {
        what: "a Cloudinary login",
        literals: ["cloudinary://"],
        pattern: /cloudinary:\/\/\d{12,18}:([\w-]{24,32})@(?=[\w-])/y,
        bits: 3.5,
      },
      {
        what: "a PlanetScale credential",
        literals: ["pscale_"],
        pattern: /pscale_(?:tkn|oauth|pw)_[\w.-]{32,64}(?![\w-])/y,
        bits: 4,
      },
      { what: "a Prefect key", literals: ["pnu_"], pattern: /pnu_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y, bits: 4 },
      {
        what: "a Supabase key",
        literals: ["sbp_", "sb_secret_"],
        pattern: /(?:sbp_(?:v0_|oauth_)?[a-f0-9]{40}|sb_secret_[\w-]{22}_[\w-]{8})(?![\w-])/y,
      },
      { what: "a Netlify token", literals: ["nfp_"], pattern: /nfp_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y, bits: 4 },
      {
        what: "a Dynatrace token",
        literals: ["dt0c01."],
        pattern: /dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}(?![A-Za-z0-9])/y,
        bits: 4,
      },
      {
        what: "a Sourcegraph token",
        literals: ["sgp_"],
        pattern: /sgp_(?:(?:[a-f0-9]{16}|local)_)?[a-f0-9]{40}(?![A-Za-z0-9])/y,
      },
      {
        what: "a SonarQube token",
        literals: ["squ_", "sqp_", "sqa_"],
        pattern: /sq[upa]_[a-f0-9]{40}(?![A-Za-z0-9])/y,
      },
      {
        what: "an Infracost key",
        literals: ["ico-"],
        pattern: /ico-[A-Za-z0-9]{32}(?![A-Za-z0-9])/y,
        bits: 4,
        holds: [/[a-z]/, /[A-Z]/, /\d/],
      },
      {
        what: "a 1Password service account's token",
        literals: ["ops_eyJ"],
        pattern: /ops_eyJ[A-Za-z0-9+/_-]{250,1500}={0,3}/y,
        bits: 4,
      },
      {
        // https://support.1password.com/secret-key-security/
        what: "a 1Password secret key",
        literals: ["A3-"],
        pattern: /A3-[A-Z0-9]{6}-(?:[A-Z0-9]{11}|[A-Z0-9]{6}-[A-Z0-9]{5})(?:-[A-Z0-9]{5}){3}(?![\w-])/y,
        bits: 3.5,
        holds: [/[A-Z]/, /\d/],
      },
      { what: "a Scalingo token", literals: ["tk-us-"], pattern: /tk-us-[\w-]{48}(?![\w-])/y, bits: 4 },
      {
        what: "a key of Defined Networking",
        literals: ["dnkey-"],
        pattern: /dnkey-[\w-]{26}-[\w-]{52}(?![\w-])/y,
        bits: 4,
      },
      {
        // Beside a secret in plain base64, which signs with it.
        what: "a token of Akamai",
        literals: ["akab-"],
        pattern: /akab-[a-z0-9]{16}-[a-z0-9]{16}(?![\w-])/y,
        bits: 3.5,
        severity: "warning",
      },
      { what: "an OpenShift token", literals: ["sha256~"], pattern: /sha256~[\w-]{43}(?![\w-])/y, bits: 4.2 },
      {
        what: "a Scaleway secret key",
        literals: ["SCW_SECRET_KEY"],
        pattern:
          /SCW_SECRET_KEY["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/y,
      },
      {
        what: "a Snyk token",
        literals: ["SNYK_TOKEN"],
        pattern:
          /SNYK_TOKEN["'\\]{0,3}\s{0,4}[:=]\s{0,4}["'\\]{0,3}([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?![\w-])/y,
      },
      {
        what: "an ngrok token",
        literals: ["NGROK_AUTHTOKEN", "ngrok authtoken"],
        pattern:
          /(?:NGROK_AUTHTOKEN|ngrok authtoken)["'\\]{0,3}\s{0,4}[:= ]\s{0,4}["'\\]{0,3}([A-Za-z0-9]{20,32}_[A-Za-z0-9]{16,24})(?![\w-])/y,
        bits: 4,
      },
      {
        what: "an Alibaba Cloud access key id",
        literals: ["LTAI"],
        pattern: /LTAI(?:[A-Za-z0-9]{20}|[A-Za-z0-9]{12})(?![A-Za-z0-9])/y,
        bits: 3.3,
        holds: [/[a-z]/, /[A-Z]/, /\d/],
        severity: "warning",
      },
    ],
  },
  1600,
);
