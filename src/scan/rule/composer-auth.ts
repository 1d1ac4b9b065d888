import { fileRule } from "./judge/file.ts";

/** The object that just began has a host's name. */
const ofHost = String.raw`(?<=[.:][\w.:-]{0,200}"\s{0,8}:\s{0,8}\{)`;
const hasUser = String.raw`(?=[^{}]{0,600}"(?:username|consumer-key)"\s{0,8}:)`;
/** Or it stands in one that only Composer knows; between the two, other hosts and their logins. */
const inLogins = String.raw`(?<="(?:http-basic|bearer|bitbucket-oauth|gitlab-token|github-oauth)"\s{0,8}:\s{0,8}\{(?:[^{}]{1,300}\{[^{}]{0,1000}\}){0,50}[^{}]{1,300}\{)`;
/** Not by the name of the password alone: texts of a login page lie in an `auth.json` too. */
const login = new RegExp(
  String.raw`"(?<key>[\w.:-]{3,200})"\s{0,8}:\s{0,8}\{(?:${ofHost}${hasUser}|${inLogins})` +
    String.raw`[^{}]{0,400}"(?:password|consumer-secret)"\s{0,8}:\s{0,8}"(?<value>[^"]{1,4096})"`,
  "g",
);

export const composerAuth = fileRule({
  id: "composer-auth",
  title: "A login for Composer",
  severity: "error",
  what: "Passwords and tokens in Composer's `auth.json`.",
  why: "It reads private packages, and the code hosts that they lie at.",
  remedy: "Revoke the tokens, and give the file as a secret mount (or `COMPOSER_AUTH` in it).",
  place: /(?:^|\/)(?:\.?composer\/)?auth\.json$/,
  forms: [
    { what: "a login for Composer", pattern: login },
    {
      what: "a token for Composer",
      pattern:
        /"(?:github-oauth|gitlab-token|gitlab-oauth|bearer)"\s{0,8}:\s{0,8}\{\s{0,200}"(?<key>[\w.-]{3,200})"\s{0,8}:\s{0,8}"(?<value>[^"]{8,4096})"/g,
    },
  ],
});
