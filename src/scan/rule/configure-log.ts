import { lengthOnly } from "../../finding/redact.ts";
import { entropyOf, isPlaceholder } from "../likely.ts";
import type { PlaceRule } from "../rule.ts";

/** What `./configure` and CMake leave behind: the command line, and the variables they were run with. */
export const configureLog: PlaceRule = {
  id: "configure-log",
  place: /(?:^|\/)(?:config\.log|config\.status|CMakeCache\.txt)$/,
  read: (text) =>
    [...text.matchAll(assignment)]
      .filter((match) => !isPlaceholder(match[3]!) && !/^[./]|^\d+$/.test(match[3]!))
      .map((match) => {
        const value = match[3]!;
        const start = match.index + match[0].length - value.length;
        const random = value.length >= 16 && /\d/.test(value) && entropyOf(value) >= 3.3;
        return {
          start,
          end: start + value.length,
          value,
          severity: random ? "error" : "warning",
          what: "a secret variable that configure wrote down",
          redacted: lengthOnly(value.length),
          key: match[1]!,
        };
      }),
  remedy: "Give the step files instead of variables, and remove the build folder in the same RUN that made it.",
};

/** Names are bounded: without that, a long enough run of letters would take for ever. */
const assignment =
  /(?:^|[\s'"(;,])(?:export |declare -x |ac_cv_env_)?([A-Za-z_][A-Za-z0-9_]{0,80}?(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL)[A-Za-z0-9_]{0,80})(?::[A-Z]+)?=(\\?["']?)([^\s"'\\;`(){}]{8,})/gim;
