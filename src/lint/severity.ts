import type { Severity } from "../finding/finding.ts";
import { compareSeverities } from "../finding/order.ts";
import type { EveryRule, Problem } from "./rule.ts";

/** What buildseal.yaml says of rules, by id. */
export type RuleSettings = ReadonlyMap<string, Severity | "off">;

/**
 * How bad one problem is. The file's word replaces the rule's own severity; a problem that the rule holds for less bad
 * ("possibly") stays so. undefined: the rule is off.
 */
export function severityOf(rule: EveryRule, problem: Problem, settings: RuleSettings): Severity | undefined {
  const set = settings.get(rule.id);
  if (set === "off") return undefined;
  const own = problem.severity ?? rule.severity;
  if (set === undefined) return own;
  const isLess = problem.severity !== undefined && compareSeverities(problem.severity, rule.severity) > 0;
  return isLess && compareSeverities(own, set) > 0 ? own : set;
}
