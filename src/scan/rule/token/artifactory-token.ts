import { mountIt, tokenRule } from "../judge/token.ts";

export const artifactoryToken = tokenRule({
  id: "artifactory-token",
  title: "An Artifactory token",
  severity: "error",
  what: "API keys (`AKCp…`), reference tokens (base64 of `reftkn:…`) and identity tokens of JFrog Artifactory.",
  why: "It reads and often writes the repositories that builds take their packages from.",
  remedy: `Revoke the token in Artifactory's user profile. ${mountIt}`,
  forms: [
    { what: "an Artifactory API key", literals: ["AKCp"], pattern: /AKCp[A-Za-z0-9]{69}(?![A-Za-z0-9])/y, bits: 4 },
    {
      what: "an Artifactory reference token",
      literals: ["cmVmdGtu"],
      pattern: /cmVmdGtu[A-Za-z0-9]{56}(?![A-Za-z0-9])/y,
      bits: 4,
    },
  ],
});
