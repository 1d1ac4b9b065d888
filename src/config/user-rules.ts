import type { ContentRule, RuleText } from "../scan/rule.ts";
import { readDocument } from "./document.ts";

/**
 * Reads a file of a user's own rules, and checks all of it: keys, patterns, literals. What passes takes, at any place of
 * any bytes, a time that is known before.
 *
 * @throws SealError CONFIG with the file, line and column
 */
export async function readUserRules(fileName: string, text: string): Promise<readonly (ContentRule & RuleText)[]> {
  const [{ userRulesSchema }, { makeRule }] = await Promise.all([
    import("../scan/user-rule/schema.ts"),
    import("../scan/user-rule/make-rule.ts"),
  ]);
  const { rules } = await readDocument(fileName, text, userRulesSchema);
  return rules.map(makeRule);
}
