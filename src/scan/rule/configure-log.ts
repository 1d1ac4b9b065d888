import { lengthOnly } from "../../finding/redact.ts";
import type { PlaceRule, RuleText } from "../rule.ts";
import { isShaped } from "./judge/shaped.ts";
import { gradeOf } from "./judge/value.ts";

/** What `./configure` and CMake leave behind: the command line, and the variables they were run with. */
export const configureLog: PlaceRule & RuleText = {
  id: "configure-log",
  title: "A secret variable in a configure or CMake log",
  severity: "error",
  what: "Variables with the name of a secret in `config.log`, `config.status` and `CMakeCache.txt`: configure writes down its command line and its whole environment. Random values are an *error*, what may be a word is a *warning*.",
  why: "Nobody looks into these files, and they stay where the build ran.",
  remedy: "Give the step files instead of variables, and remove the build folder in the same RUN that made it.",
  place:
    /(?:^|\/)(?:config\.(?:log|status|cache)|CMakeCache\.txt|CMakeConfigureLog\.yaml|CMakeOutput\.log|build\.ninja)$/,
  read: (text) =>
    [...text.matchAll(assignment)].flatMap((match) => {
      const [whole, name, , value] = match as unknown as [string, string, string, string];
      const grade = gradeOf(value);
      if (grade === "nothing" || /^[./]|^\d+$/.test(value) || isShaped(value) || isShaped(`${name}=${value}`))
        return [];
      // The rule for AWS finds them here as anywhere.
      if (/AWS_(?:SECRET_)?ACCESS_KEY|AWS_SESSION_TOKEN/i.test(name)) return [];
      const start = match.index + whole.length - value.length;
      return [
        {
          start,
          end: start + value.length,
          value,
          severity: grade === "random" ? ("error" as const) : ("warning" as const),
          what: "a secret variable that configure wrote down",
          redacted: lengthOnly(value.length),
          key: name,
        },
      ];
    }),
};

/** Names are bounded: without that, a long enough run of letters would take for ever. */
const assignment =
  /(?:^|[\s'"(;,])(?:export |declare -x |ac_cv_env_)?([A-Za-z_][A-Za-z0-9_]{0,80}?(?:SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|CREDENTIAL)[A-Za-z0-9_]{0,80})(?::[A-Z]+)?=(\\?["']?)([^\s"'\\;`(){}]{8,4096})/gim;
