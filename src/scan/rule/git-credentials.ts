import { lengthOnly } from "../../finding/redact.ts";
import { isPlaceholder } from "../likely.ts";
import type { PlaceRule } from "../rule.ts";

/** Git's store of logins, and a clone's own configuration, which keeps the address it was cloned from. */
export const gitCredentials: PlaceRule = {
  id: "git-credentials",
  place: /(?:^|\/)(?:\.git-credentials|git\/credentials|\.git\/config|\.gitconfig|\.gitmodules)$/,
  read: (text) =>
    [...text.matchAll(/\bhttps?:\/\/([^\s:/@"']*):([^\s:/@"']+)@([^\s/"']+)/g)]
      .filter((match) => !isPlaceholder(match[2]!))
      .map((match) => {
        const value = match[2]!;
        const start = match.index + match[0].indexOf(`:${value}@`) + 1;
        return {
          start,
          end: start + value.length,
          value,
          severity: "error",
          what: "a login in an address that Git keeps",
          redacted: lengthOnly(value.length),
          key: match[3]!,
        };
      }),
  remedy:
    "Revoke the token, and clone with a mounted credential (a netrc, or --mount=type=ssh) instead of one in the address.",
};
