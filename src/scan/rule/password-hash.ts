import { fileRule } from "./judge/file.ts";

export const passwordHash = fileRule({
  id: "password-hash",
  title: "The hash of a password",
  severity: "warning",
  what: "Hashes of passwords in `/etc/shadow` and `.htpasswd`: accounts that somebody gave a password.",
  why: "Who has the image can try passwords against the hash for as long as they like, and every container has the same account.",
  remedy: "Lock the account (`passwd -l`), or set its password when the container runs.",
  place: /(?:^|\/)(?:etc\/g?shadow-?|\.?htpasswd)$/,
  forms: [
    {
      what: "the hash of a password",
      pattern:
        /^(?<key>[\w.@-]{1,80}):(?<value>\$(?:1|5|6|y|gy|7|2[abxy]|apr1)\$[^\s:]{12,200}|\{SHA\}[A-Za-z0-9+/]{27}=)/gm,
      severities: { nothing: "warning", word: "warning", random: "warning" },
    },
  ],
});
