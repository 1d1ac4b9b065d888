import { z } from "zod";
import { selectorSchema } from "./selector-schema.ts";

const allowedGrant = z.strictObject({
  secret: z.string().min(1).optional(),
  with: z.string().min(1).optional(),
  stages: z.array(z.string().min(1)).optional(),
  steps: selectorSchema.optional(),
});

/** The policy from outside the checkout. What is left out is not narrowed; the built-in defaults hold all the same. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  identities: z.array(z.string()).optional(),
  sources: z.array(z.union([z.string(), z.strictObject({ exec: z.array(z.array(z.string()).min(1)) })])).optional(),
  hosts: z.array(z.string()).optional(),
  grants: z.array(allowedGrant).optional(),
  builders: z.array(z.string()).optional(),
  gate: z.literal("required").optional(),
  forks: z.enum(["none", "read-only"]).optional(),
  cached: z.enum(["warn", "rerun", "refuse"]).optional(),
});
export type PolicyFile = z.infer<typeof policySchema>;
