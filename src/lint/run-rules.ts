import type { Severity } from "../finding/finding.ts";
import type { EveryRule, Problem } from "./rule.ts";
import { type RuleSettings, severityOf } from "./severity.ts";

/** One problem of one rule, with the severity that holds. */
export type Found = { readonly rule: EveryRule; readonly problem: Problem; readonly severity: Severity };

/** A rule that broke off: what it would have found is not known. */
export type BrokenRule = { readonly rule: string; readonly cause: unknown };

/** Lets rules look at one subject. A rule that throws is named, and the others go on. In the order of the file. */
export function runRules<Subject>(
  rules: readonly (EveryRule & { readonly check: (subject: Subject) => Iterable<Problem> })[],
  subject: Subject,
  settings: RuleSettings,
): { readonly found: Found[]; readonly broken: readonly BrokenRule[] } {
  const found: Found[] = [];
  const broken: BrokenRule[] = [];
  for (const rule of rules) {
    if (settings.get(rule.id) === "off") continue;
    try {
      for (const problem of rule.check(subject)) {
        const severity = severityOf(rule, problem, settings);
        if (severity !== undefined) found.push({ rule, problem, severity });
      }
    } catch (cause) {
      broken.push({ rule: rule.id, cause });
    }
  }
  return { found: found.sort(byPlace), broken };
}

export function byPlace(a: Found, b: Found): number {
  return a.problem.start - b.problem.start || a.problem.end - b.problem.end || (a.rule.id < b.rule.id ? -1 : 1);
}
