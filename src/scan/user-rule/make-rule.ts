import { lengthOnly } from "../../finding/redact.ts";
import { entropyOf } from "../likely.ts";
import type { ContentRule, RuleText, Verdict } from "../rule.ts";
import { chooseLiterals } from "./choose-literals.ts";
import { createPathCheck } from "./path-check.ts";
import type { Matched } from "./pattern/matching.ts";
import type { Pattern } from "./pattern/node.ts";
import { mostSteps, readyPattern, searchPattern } from "./ready-pattern.ts";
import { RuleProblem, type WrittenRule } from "./written-rule.ts";

/** A place that takes more counts as several. */
const stepsOfOne = 4096;

const defaultRemedy = "Take the value for known, replace it, and mount the new one into the step that needs it.";

/**
 * The rule that a user has written, ready to be looked for with all others in one pass.
 *
 * @throws RuleProblem
 */
export function makeRule(written: WrittenRule): ContentRule & RuleText {
  const { id, title, severity, remedy = defaultRemedy, entropy = 0, minLength = 1 } = written;
  const { pattern, positions, matching, steps } = readyPattern(written.regex, ["regex"]);
  const { literals, anyCase, earliest, latest, reach, least } = chooseLiterals(written, pattern, positions);
  if (steps * (latest + reach + 1) > mostSteps) {
    throw new RuleProblem(
      ["regex"],
      "it is too large to be tried at every place: count less, or give it a literal at its beginning",
    );
  }
  const groups = secretGroups(written, pattern);
  const isWanted = written.path === undefined ? () => true : createPathCheck(written.path, "path");
  const isUnwanted = written.skipPath === undefined ? () => false : createPathCheck(written.skipPath, "skipPath");
  const allowed = (written.allow ?? []).map((text, index) => searchPattern(text, ["allow", index], latest + reach));

  return {
    id,
    title,
    severity,
    remedy,
    what: `${title[0]!.toUpperCase()}${title.slice(1)}, by a rule of your own.`,
    why: "Whoever has the image has what is in it.",
    literals,
    anyCase,
    before: latest + 1,
    after: Math.max(0, reach + 1 - Math.min(...literals.map(({ length }) => length))),
    judge: (text, at, context): Verdict | undefined => {
      if (!isWanted(context) || isUnwanted(context)) return undefined;
      const { matched, steps: taken } = matching.find({
        text,
        first: Math.max(0, at - latest),
        last: at - earliest,
        reach: at + least,
        limit: Math.min(text.length, at + reach),
      });
      let spent = taken;
      const isAllowed = (value: string) =>
        allowed.some((search) => {
          const { isIn, steps: more } = search(value);
          spent += more;
          return isIn;
        });
      const verdict = matched === undefined ? undefined : verdictOf(text, secretIn(matched, groups), isAllowed);
      context.spend?.(Math.floor(spent / stepsOfOne));
      return verdict;
    },
  };

  function verdictOf(text: string, { start, end }: Range, isAllowed: (value: string) => boolean): Verdict | undefined {
    const value = text.slice(start, end);
    if (value.length < minLength || entropyOf(value) < entropy || isAllowed(value)) return undefined;
    return { start, end, value, severity, what: title, redacted: lengthOnly(value.length) };
  }
}

type Range = { readonly start: number; readonly end: number };

/** The groups that can hold the secret, the first of which that took part does; none: the whole match is it. */
function secretGroups({ secretGroup }: WrittenRule, { groups }: Pattern): readonly number[] {
  if (secretGroup === undefined) {
    const named = groups.indexOf("secret") + 1;
    return named > 0 ? [named] : groups.map((_, index) => index + 1);
  }
  const number = typeof secretGroup === "number" ? secretGroup : groups.indexOf(secretGroup) + 1;
  if (number > groups.length || (number === 0 && secretGroup !== 0)) {
    throw new RuleProblem(["secretGroup"], "the regex has no such group");
  }
  return number === 0 ? [] : [number];
}

function secretIn({ slots }: Matched, groups: readonly number[]): Range {
  const taken = groups.find((group) => slots[2 * group]! >= 0 && slots[2 * group + 1]! > slots[2 * group]!) ?? 0;
  return { start: slots[2 * taken]!, end: slots[2 * taken + 1]! };
}
