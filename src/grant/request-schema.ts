import { z } from "zod";
import { selectorSchema } from "./selector-schema.ts";

const variable = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "not the name of a variable");
const absolutePath = z.string().regex(/^\/[A-Za-z0-9._/@+~-]*$/, "not an absolute path of plain characters");

const secretGrantSchema = z.strictObject({
  secret: z.string().min(1),
  field: z.string().min(1).optional(),
  steps: selectorSchema,
  allowNone: z.boolean().optional(),
  as: z
    .union([
      z.strictObject({ file: variable, target: absolutePath.optional() }),
      z.strictObject({ target: absolutePath }),
      z.strictObject({ env: variable }),
    ])
    .optional(),
});

const recipeGrantSchema = z.strictObject({
  with: z.string().min(1),
  options: z.record(z.string(), z.unknown()).optional(),
  steps: selectorSchema.optional(),
  allowNone: z.boolean().optional(),
});

/** One entry of `grants:` in buildseal.yaml. */
export const grantSchema = z.union([secretGrantSchema, recipeGrantSchema]);
export type GrantEntry = z.infer<typeof grantSchema>;
