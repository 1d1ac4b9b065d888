import { z } from "zod";
import { listRules } from "../list-finding.ts";
import { ruleTexts } from "../rule/rule-text.ts";
import { makeRule } from "./make-rule.ts";
import { RuleProblem } from "./written-rule.ts";

const taken = new Set([...ruleTexts.keys(), ...Object.values(listRules).map(({ id }) => id)]);

const paths = z.union([
  z.string().min(1),
  z.array(z.string().min(1)).min(1),
  z.strictObject({ regex: z.string().min(1) }),
]);

const rule = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/, "not a name of small letters and digits with dashes between")
      .refine((id) => !taken.has(id), "a rule of buildseal's has this name"),
    title: z.string().regex(/^\S[^\p{Cc}]{0,119}$/u, "not one line of at most 120 characters"),
    severity: z.enum(["error", "warning", "info"]),
    remedy: z.string().min(1).optional(),
    regex: z.string().min(1),
    literal: z.string().optional(),
    literals: z.array(z.string()).min(1).max(100).optional(),
    entropy: z.number().min(0).max(8).optional(),
    path: paths.optional(),
    skipPath: paths.optional(),
    secretGroup: z.union([z.string(), z.int().min(0)]).optional(),
    minLength: z.int().min(1).optional(),
    allow: z.array(z.string().min(1)).optional(),
  })
  .superRefine((entry, context) => {
    try {
      makeRule(entry);
    } catch (error) {
      if (!(error instanceof RuleProblem)) throw error;
      context.addIssue({ code: "custom", message: error.message, path: [...error.key] });
    }
  });

/** A file of rules. */
export const userRulesSchema = z.strictObject({
  version: z.literal(1),
  rules: z
    .array(rule)
    .min(1)
    .superRefine((rules, context) => {
      const ids = rules.map(({ id }) => id);
      for (const [index, id] of ids.entries()) {
        if (ids.indexOf(id) === index) continue;
        context.addIssue({ code: "custom", message: "another rule has this name", path: [index, "id"] });
      }
    }),
});
