import type { RuleText } from "../rule.ts";

/** The page of a rule, as it lies in docs/scan-rule/: made of what the rule says of itself and nothing else. */
export function scanRulePage({ id, title, severity, what, why, remedy }: RuleText): string {
  const parts = [`# ${id}`, `${title}.`, `Severity **${severity}** · looks at images`, "## What it finds", what];
  return `${[...parts, "## Why it is bad", why, "## What to do", remedy].join("\n\n")}\n`;
}
