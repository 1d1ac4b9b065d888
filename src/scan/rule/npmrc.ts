import { lengthOnly } from "../../finding/redact.ts";
import { isPlaceholder } from "../likely.ts";
import type { PlaceRule } from "../rule.ts";

export const npmrc: PlaceRule = {
  id: "npmrc",
  place: /(?:^|\/)\.?npmrc$/,
  read: (text) =>
    [...text.matchAll(/^[ \t]*([^\s=#;]*)(_authToken|_auth|_password)[ \t]*=[ \t]*["']?([^\s"']+)/gm)]
      .filter((match) => !isPlaceholder(match[3]!))
      .map((match) => {
        const value = match[3]!;
        const start = match.index + match[0].length - value.length;
        return {
          start,
          end: start + value.length,
          value,
          severity: "error",
          what: "a registry login in an .npmrc",
          redacted: lengthOnly(value.length),
          key: `${match[1]}${match[2]}`,
        };
      }),
  remedy:
    "Revoke the token, and mount the .npmrc into the step that needs it, or write the name of a variable into it.",
};
