import { fileRule } from "./judge/file.ts";

export const npmrc = fileRule({
  id: "npmrc",
  title: "A registry login in an .npmrc or .yarnrc",
  severity: "error",
  what: "`_authToken`, `_auth` and `_password` in `.npmrc`, `npmAuthToken` and `npmAuthIdent` in `.yarnrc.yml`, tokens in Bun's `bunfig.toml`. A variable's name in place of a value is none.",
  why: "It installs private packages, and often publishes.",
  remedy:
    "Revoke the token, and mount the .npmrc into the step that needs it, or write the name of a variable into it.",
  place: /(?:^|\/)(?:\.?npmrc|\.yarnrc(?:\.yml)?|bunfig\.toml)$/,
  forms: [
    {
      what: "a registry login in an .npmrc",
      pattern:
        /^[ \t]{0,8}(?<key>[^\s=#;]{0,200}(?:_authToken|_auth|_password))[ \t]{0,8}=[ \t]{0,8}["']?(?<value>[^\s"']{1,4096})/gm,
    },
    {
      what: "a registry login in a .yarnrc",
      pattern:
        /^[ \t]{0,16}["']?(?<key>npmAuthToken|npmAuthIdent)["']?[ \t]{0,8}:?[ \t]{1,8}["']?(?<value>[^\s"']{1,4096})/gm,
    },
    {
      what: "a registry login in Bun's settings",
      pattern: /^[^#\n]{0,200}\b(?<key>token|password)[ \t]{0,8}=[ \t]{0,8}["'](?<value>[^\s"'$]{1,4096})["']/gm,
    },
  ],
});
