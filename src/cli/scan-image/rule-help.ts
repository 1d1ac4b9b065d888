import type { RuleHelps } from "../../report/rule-help.ts";
import { listRules } from "../../scan/list-finding.ts";
import { ruleTexts } from "../../scan/rule/rule-text.ts";
import type { RuleText } from "../../scan/rule.ts";

/** What reports say of the rules of scan-image, and of the user's own. */
export function ruleHelps(own: readonly RuleText[]): RuleHelps {
  const others = [...own, ...Object.values(listRules)];
  return (id) => {
    const text = ruleTexts.get(id) ?? others.find((rule) => rule.id === id);
    if (text === undefined) return undefined;
    const { severity, title, what, why, remedy } = text;
    return { id, severity, title, help: [what, why, remedy].join("\n\n") };
  };
}
