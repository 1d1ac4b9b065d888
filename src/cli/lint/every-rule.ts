import { lintRules } from "../../lint/every-rule.ts";
import { frameRules } from "../../lint/frame-rule.ts";
import type { EveryRule } from "../../lint/rule.ts";

/** All rules by id, in the order of their ids. */
export const rulesById: ReadonlyMap<string, EveryRule> = new Map(
  [...lintRules, ...frameRules].sort((a, b) => (a.id < b.id ? -1 : 1)).map((rule) => [rule.id, rule]),
);

export const ruleIds: ReadonlySet<string> = new Set(rulesById.keys());
