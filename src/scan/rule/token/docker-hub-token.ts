import { mountIt, tokenRule } from "../judge/token.ts";

export const dockerHubToken = tokenRule({
  id: "docker-hub-token",
  title: "A Docker Hub token",
  severity: "error",
  what: "Personal and organisation access tokens of Docker Hub (`dckr_pat_…`, `dckr_oat_…`).",
  why: "It pulls private images, and pushes where its scope allows: an image that is overwritten runs wherever it is pulled.",
  remedy: `Revoke the token in Docker Hub's settings. ${mountIt}`,
  forms: [
    { what: "a Docker Hub token", literals: ["dckr_pat_", "dckr_oat_"], pattern: /dckr_[op]at_[\w-]{27,64}(?![\w-])/y },
  ],
});
