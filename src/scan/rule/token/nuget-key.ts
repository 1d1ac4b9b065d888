import { mountIt, tokenRule } from "../judge/token.ts";

export const nugetKey = tokenRule({
  id: "nuget-key",
  title: "A NuGet key",
  severity: "error",
  what: "API keys of the NuGet gallery: `oy2` and 43 small letters and digits.",
  why: "It publishes packages under the owner's name.",
  remedy: `Revoke the key at the gallery. ${mountIt}`,
  forms: [
    { what: "a NuGet key", literals: ["oy2"], pattern: /oy2[a-z0-9]{43}(?![A-Za-z0-9])/y, bits: 3.5, holds: [/\d/] },
  ],
});
