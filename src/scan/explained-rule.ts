import { listRules } from "./list-finding.ts";
import { ruleTexts } from "./rule/rule-text.ts";
import type { RuleText } from "./rule.ts";

/**
 * Every rule of `scan-image` that has a page, in order: those that look for secrets, and those about an ignore list. The one
 * about a baseline is lint's, too, and has its page there.
 */
export const explainedRules: ReadonlyMap<string, RuleText> = new Map(
  [...ruleTexts.values(), listRules.expired, listRules.unused]
    .sort((a, b) => (a.id < b.id ? -1 : 1))
    .map((text) => [text.id, text]),
);
