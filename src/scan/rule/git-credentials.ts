import { fileRule } from "./judge/file.ts";

export const gitCredentials = fileRule({
  id: "git-credentials",
  title: "A login in an address that Git keeps",
  severity: "error",
  what: "Passwords and tokens in `.git-credentials`, `.git/config`, `.gitconfig` and `.gitmodules`: a clone keeps the address it came from. Also `extraheader` with an Authorization, as CI checkouts set it.",
  why: "It reads the repository, and often all others of the account.",
  remedy:
    "Revoke the token, and clone with a mounted credential (a netrc, or --mount=type=ssh) instead of one in the address.",
  place:
    /(?:^|\/)(?:\.git-credentials|git\/credentials|\.gitconfig|etc\/gitconfig|\.gitmodules|git\/config)$|\.git(?:\/modules\/[^/]{1,80})?\/config$/,
  forms: [
    {
      what: "a login in an address that Git keeps",
      pattern: /\bhttps?:\/\/[^\s:/@"']{0,128}:(?<value>[^\s:/@"']{1,4096})@(?<key>[^\s/"']{1,256})/g,
    },
    {
      what: "a login in an address that Git keeps",
      pattern: /\bhttps?:\/\/(?<value>[A-Za-z0-9_-]{20,255})@(?<key>[^\s/"']{1,256})/g,
      severities: { random: "error" },
    },
    {
      what: "a header with a login, for Git",
      pattern:
        /extra[hH]eader\s{0,4}=\s{0,4}["']?(?<key>[Aa][Uu][Tt][Hh][Oo][Rr][Ii][Zz][Aa][Tt][Ii][Oo][Nn]): (?:[Bb]asic|[Bb]earer|[Tt]oken) (?<value>[\w.~+/=-]{8,4096})/g,
    },
  ],
});
