import { lengthOnly } from "../../finding/redact.ts";
import { isPlaceholder } from "../likely.ts";
import type { PlaceRule } from "../rule.ts";

export const netrc: PlaceRule = {
  id: "netrc",
  place: /(?:^|\/)[._]netrc$/,
  read: (text) =>
    [...text.matchAll(/\bmachine\s+(\S+)\s+(?:(?:login|account)\s+\S+\s+){0,4}password\s+(\S+)/g)]
      .filter((match) => !isPlaceholder(match[2]!))
      .map((match) => {
        const value = match[2]!;
        const start = match.index + match[0].length - value.length;
        return {
          start,
          end: start + value.length,
          value,
          severity: "error",
          what: "a login in a netrc file",
          redacted: lengthOnly(value.length),
          key: match[1]!,
        };
      }),
  remedy:
    "Change the password or revoke the token, and mount the file into the step that needs it instead of writing it.",
};
