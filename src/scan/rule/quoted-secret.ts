import { lengthOnly } from "../../finding/redact.ts";
import { type ContentRule, matchAt, type RuleText } from "../rule.ts";
import { configureLog } from "./configure-log.ts";
import { isCode, isHarmlessName, isOfParts, isReadBySettingsRule } from "./judge/assignment.ts";
import { isOthers } from "./judge/severity.ts";
import { isShaped } from "./judge/shaped.ts";
import { gradeOf } from "./judge/value.ts";
import { wpConfig } from "./wp-config.ts";

/** In capitals or not. Without their first letter, before which some names go on: `dbPassword`. */
const ends = ["assword", "oken", "ecret", "pi_key", "pikey"];
/** Keys that are secrets, of names that say so less often. */
const keyEnds = ["ecret_key", "ecretkey", "ccess_key", "ccesskey", "cryption_key", "cryptionkey"];
const nameBefore = /(?<![A-Za-z0-9_])[A-Za-z_][\w-]{0,60}$/;
const nameEnd = /[a-zA-Z_]{4,12}/y;
/** `name: "…"`, `'name' => '…'`, `config["name"] = "…"`, `name := "…"`, and what stands where nothing is set: `env.name || "…"`. */
const quoted =
  /[a-zA-Z_]{4,12}(?:\\?["'])?\]?(?: {0,16}(?::=?|=>?)|\)? (?:\|\||\?\?|or)) ?\\?["']([^\s"'\\]{12,400})\\?["']/y;
const plain = /[a-zA-Z_]{4,12}: ([^\s"'#{}[\]]{12,400})[ \t]{0,8}(?:\r?\n|$)/y;
/** Calls that take a name and what it is, or is without another. */
const call = /(?:\b(?:define|env|getenv)|environ\.get|ENV\.fetch)\(["'][\w-]{0,60}$/;
const argument = /[a-zA-Z_]{4,12}["'], ?["']([^\s"'\\]{12,400})["']/y;

/** What a comment of several lines shows; code that was taken out stands behind the sign of one line. */
const inBlockComment = /(?:^|\n)[ \t]{0,40}\*[ \t][^\n]{0,84}$/;

/** An assignment in code or settings. Few of them are sure; where packages lie, they say nothing at all. */
export const quotedSecret: ContentRule & RuleText = {
  id: "quoted-secret",
  title: "A random value under a secret's name",
  severity: "warning",
  what: "A random value in quotes (in YAML also without) that is assigned to a name which ends in `password`, `token`, `secret`, `apiKey` or the like, in code and settings of one's own: not in documentation, tests or packages, which show many.",
  why: "What is written into code is in every image and every clone of it, and cannot be changed without a new version.",
  remedy: "If it is a secret, replace it, and let the program read it when it runs.",
  literals: [
    ...[...ends, ...keyEnds].flatMap((end) => [`${end}"`, `${end}'`, `${end}: `, `${end} = `]),
    ...ends.flatMap((end) => [`${end} := `, `${end} || `, `${end} ?? `]),
  ],
  anyCase: true,
  before: 90,
  after: 420,
  judge: (text, at, context) => {
    if (isOthers(context) || isReadWhole(context.path)) return undefined;
    const before = text.slice(Math.max(0, at - 84), at);
    if (inBlockComment.test(before)) return undefined;
    const match =
      matchAt(quoted, text, at) ??
      (call.test(before) ? matchAt(argument, text, at) : undefined) ??
      (/\.ya?ml$/.test(context.path) ? matchAt(plain, text, at) : undefined);
    const start = nameBefore.exec(before)?.[0];
    if (match === undefined || start === undefined) return undefined;
    const name = `${start}${matchAt(nameEnd, text, at)![0]}`;
    if (isHarmlessName(name)) return undefined;
    const value = match[1]!;
    // Of other letters are texts for people.
    if (/[^\x21-\x7e]/.test(value) || isOfParts(value)) return undefined;
    if (isCode(value) || gradeOf(value) !== "random" || /:\/\/[^\s@]*@/.test(value)) return undefined;
    if (isShaped(value) || isShaped(`${name}=${value}`)) return undefined;
    const from = match.index + match[0].lastIndexOf(value);
    return {
      start: from,
      end: from + value.length,
      value,
      severity: "warning",
      what: "a random value under a secret's name",
      redacted: lengthOnly(value.length),
      key: name,
    };
  },
};

/** By a rule that knows more of it: what `config.status` writes over several lines is not a value for each. */
function isReadWhole(path: string): boolean {
  return isReadBySettingsRule(path) || [wpConfig, configureLog].some(({ place }) => place.test(path));
}
