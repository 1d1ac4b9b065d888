import { fileRule } from "./judge/file.ts";

export const netrc = fileRule({
  id: "netrc",
  title: "A login in a netrc file",
  severity: "error",
  what: "Passwords in `.netrc` and `_netrc`, which curl, Git, pip, Go and others read by themselves, and in apt's `auth.conf` and `auth.conf.d`.",
  why: "It is a login in plain text, and programs send it without being asked.",
  remedy:
    "Change the password or revoke the token, and mount the file into the step that needs it instead of writing it.",
  place: /(?:^|\/)(?:[._]netrc|etc\/apt\/auth\.conf(?:\.d\/[^/]{1,80}\.conf)?)$/,
  forms: [
    {
      what: "a login in a netrc file",
      pattern:
        /\b(?:machine\s{1,8}(?<key>\S{1,256})|default)\s{1,8}(?:(?:login|account)\s{1,8}\S{1,256}\s{1,8}){0,4}password\s{1,8}(?<value>\S{1,4096})/g,
    },
  ],
});
