import { fileRule } from "./judge/file.ts";

export const composerAuth = fileRule({
  id: "composer-auth",
  title: "A login for Composer",
  severity: "error",
  what: "Passwords and tokens in Composer's `auth.json`.",
  why: "It reads private packages, and the code hosts that they lie at.",
  remedy: "Revoke the tokens, and give the file as a secret mount (or `COMPOSER_AUTH` in it).",
  place: /(?:^|\/)(?:\.?composer\/)?auth\.json$/,
  forms: [
    {
      what: "a login for Composer",
      pattern:
        /"(?<key>[\w.-]{3,200})"\s{0,8}:\s{0,8}\{[^{}]{0,400}"(?:password|consumer-secret)"\s{0,8}:\s{0,8}"(?<value>[^"]{1,4096})"/g,
    },
    {
      what: "a token for Composer",
      pattern:
        /"(?:github-oauth|gitlab-token|gitlab-oauth|bearer)"\s{0,8}:\s{0,8}\{\s{0,200}"(?<key>[\w.-]{3,200})"\s{0,8}:\s{0,8}"(?<value>[^"]{8,4096})"/g,
    },
  ],
});
