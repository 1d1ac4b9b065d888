import { z } from "zod";
import { identitySchema } from "../identity/schema.ts";
import { sourceSchemas } from "../source/kind/schema.ts";
import { selectorSchema } from "./selector-schema.ts";

/** Beside the kinds, the credentials that a session finds on the machine (`aws-session`). */
const identityKinds: readonly string[] = [...identitySchema.options.map(({ shape }) => shape.from.value), "ambient"];
const sourceKinds: readonly string[] = Object.keys(sourceSchemas);

/** A name or an address as a URL has it, without a scheme, a port or a path; or `*.` and the end of a name. */
const host = z.string().regex(/^(?:(?:\*\.)?[\w-]+(?:\.[\w-]+)*|\[[\dA-Fa-f:.]+\])$/, {
  error: "a host is a name, or `*.` and the end of one, without a scheme, port or path",
});

const allowedGrant = z.strictObject({
  secret: z.string().min(1).optional(),
  /** What the secret's source must say, key by key: a name alone is the checkout's own. */
  source: z.looseObject({ from: z.enum(sourceKinds) }).optional(),
  with: z.string().min(1).optional(),
  stages: z.array(z.string().min(1)).optional(),
  steps: selectorSchema.optional(),
});

/** The policy from outside the checkout. What is left out is not narrowed; the built-in defaults hold all the same. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  identities: z.array(z.enum(identityKinds)).optional(),
  sources: z
    .array(z.union([z.enum(sourceKinds), z.strictObject({ exec: z.array(z.array(z.string()).min(1)) })]))
    .optional(),
  hosts: z.array(host).optional(),
  grants: z.array(allowedGrant).optional(),
  builders: z.array(z.string()).optional(),
  gate: z.literal("required").optional(),
  forks: z.enum(["none", "read-only"]).optional(),
  cached: z.enum(["warn", "rerun", "refuse"]).optional(),
});
export type PolicyFile = z.infer<typeof policySchema>;
