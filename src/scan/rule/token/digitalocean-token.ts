import { mountIt, tokenRule } from "../judge/token.ts";

export const digitaloceanToken = tokenRule({
  id: "digitalocean-token",
  title: "A DigitalOcean token",
  severity: "error",
  what: "Personal, OAuth and refresh tokens of DigitalOcean (`dop_v1_…`, `doo_v1_…`, `dor_v1_…`).",
  why: "It creates and destroys machines, and reads their volumes.",
  remedy: `Revoke the token in DigitalOcean's control panel. ${mountIt}`,
  forms: [
    {
      what: "a DigitalOcean token",
      literals: ["dop_v1_", "doo_v1_", "dor_v1_"],
      pattern: /do[opr]_v1_[a-f0-9]{64}(?![A-Za-z0-9])/y,
    },
  ],
});
