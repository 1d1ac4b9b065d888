import { lengthOnly } from "../../finding/redact.ts";
import { type ContentRule, matchAt, type RuleText } from "../rule.ts";
import { isCode, isHarmlessName, isReadBySettingsRule } from "./judge/assignment.ts";
import { isOthers } from "./judge/severity.ts";
import { isShaped } from "./judge/shaped.ts";
import { gradeOf } from "./judge/value.ts";

/** Without their first letter, which is large in some names: `dbPassword`. */
const ends = ["assword", "oken", "ecret", "pi_key", "piKey"];
const nameBefore = /(?<![A-Za-z0-9_])[A-Za-z_][\w-]{0,60}$/;
const quoted = /[a-zA-Z_]{4,7}\\?["']?(?::| =) ?\\?["']([^\s"'\\]{12,400})\\?["']/y;
const plain = /[a-zA-Z_]{4,7}: ([^\s"'#{}[\]]{12,400})[ \t]{0,8}(?:\r?\n|$)/y;

/** An assignment in code or settings. Few of them are sure; where packages lie, they say nothing at all. */
export const quotedSecret: ContentRule & RuleText = {
  id: "quoted-secret",
  title: "A random value under a secret's name",
  severity: "warning",
  what: "A random value in quotes (in YAML also without) that is assigned to a name which ends in `password`, `token`, `secret` or `apiKey`, in code and settings of one's own: not in documentation, tests or packages, which show many.",
  why: "What is written into code is in every image and every clone of it, and cannot be changed without a new version.",
  remedy: "If it is a secret, replace it, and let the program read it when it runs.",
  literals: ends.flatMap((end) => [`${end}":`, `${end}: `, `${end} = `]),
  before: 72,
  after: 420,
  judge: (text, at, context) => {
    if (isOthers(context) || isReadBySettingsRule(context.path)) return undefined;
    const match = matchAt(quoted, text, at) ?? (/\.ya?ml$/.test(context.path) ? matchAt(plain, text, at) : undefined);
    const name = nameBefore.exec(text.slice(Math.max(0, at - 64), at));
    if (match === undefined || name === null || isHarmlessName(name[0])) return undefined;
    const value = match[1]!;
    if (isCode(value) || gradeOf(value) !== "random" || isShaped(value) || /:\/\/[^\s@]*@/.test(value))
      return undefined;
    const start = match.index + match[0].lastIndexOf(value);
    return {
      start,
      end: start + value.length,
      value,
      severity: "warning",
      what: "a random value under a secret's name",
      redacted: lengthOnly(value.length),
      key: `${name[0]}${/^[a-zA-Z_]+/.exec(match[0])![0]}`,
    };
  },
};
