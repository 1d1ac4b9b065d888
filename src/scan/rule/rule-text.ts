import type { RuleText } from "../rule.ts";
import { contentRules, placeRules } from "./every-rule.ts";

/** Not a rule that looks for a shape: the values themselves are searched for. */
const knownValue: RuleText = {
  id: "known-value",
  title: "A secret of this build, or one that was given to look for",
  severity: "error",
  what: "A value that the build was given, or that `--needles` names, in any of the forms in which it could be written: as it is, in base64, hex, percent, JSON, HTML or shell encoding, in UTF-16, compressed, in pieces.",
  why: "It is no guess: the image holds the secret itself. It can be neither ignored nor put into a baseline.",
  remedy:
    "Find what writes it in the instruction that made the layer, mount it there instead, and build again. Take the value for known, and replace it.",
};

/** What every rule of `scan-image` says of itself, by its id. */
export const ruleTexts: ReadonlyMap<string, RuleText> = new Map(
  [...contentRules, ...placeRules, knownValue]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((rule) => [rule.id, textOf(rule)]),
);

function textOf({ id, title, severity, what, why, remedy }: RuleText): RuleText {
  return { id, title, severity, what, why, remedy };
}
