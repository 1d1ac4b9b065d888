import { fileRule } from "./judge/file.ts";

export const nugetConfig = fileRule({
  id: "nuget-config",
  title: "A login in NuGet settings",
  severity: "error",
  what: "`ClearTextPassword`, `Password` and API keys in `NuGet.Config`.",
  why: "It reads, and often pushes to, a package feed.",
  remedy: "Change the password, and mount NuGet.Config into the step that restores.",
  place: /(?:^|\/)nuget\.config$/i,
  comment: ["<!--", "-->"],
  forms: [
    {
      what: "a login in NuGet settings",
      pattern: /<add\s{1,8}key="(?<key>ClearTextPassword|Password)"\s{1,8}value="(?<value>[^"%]{1,4096})"/gi,
    },
    {
      what: "an API key in NuGet settings",
      pattern:
        /<add\s{1,8}key="(?<key>https?:[^"]{1,200})"\s{1,8}value="(?<value>[A-Za-z0-9+/=-]{24,4096})"\s{0,4}\/>/gi,
      severities: { random: "error" },
    },
  ],
});
