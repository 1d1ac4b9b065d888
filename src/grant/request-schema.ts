import { z } from "zod";
import { plainPath, variableName } from "./delivery.ts";
import { selectorSchema } from "./selector-schema.ts";

const variable = z.string().regex(variableName, "not the name of a variable");
const absolutePath = z.string().regex(plainPath, "not an absolute path of plain characters");

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
