import { fitsBase62Checksum } from "../judge/checksum.ts";
import { mountIt, tokenRule } from "../judge/token.ts";

export const npmToken = tokenRule({
  id: "npm-token",
  title: "An npm token",
  severity: "error",
  what: "Access tokens of the npm registry (`npm_…`), which end in a checksum. One that does not fit is a *warning*.",
  why: "It installs private packages and may publish under the owner's name: one publish reaches everybody who depends on the package.",
  remedy: `Revoke the token at npm, and mount an .npmrc into the step that needs it instead of copying one. ${mountIt}`,
  forms: [
    {
      what: "an npm token",
      literals: ["npm_"],
      pattern: /npm_[A-Za-z0-9]{36}(?![A-Za-z0-9])/y,
      bits: 3.5,
      check: fitsBase62Checksum,
      misfit: "warning",
    },
  ],
});
