import { z } from "zod";
import { plainPath } from "../recipe/placement.ts";
import { variableName } from "./delivery.ts";
import { selectorSchema } from "./selector-schema.ts";

const bothKinds = "`container: true` goes with neither `steps` nor `allowNone`: write a second grant";

const variable = z.string().regex(variableName, "not the name of a variable");
const absolutePath = z.string().regex(plainPath, "not an absolute path of plain characters");

/** For the container of `buildseal run`, which has no steps. */
const container = z.literal(true).optional();

const secretGrantSchema = z
  .strictObject({
    secret: z.string().min(1),
    field: z.string().min(1).optional(),
    steps: selectorSchema.optional(),
    container,
    allowNone: z.boolean().optional(),
    as: z
      .union([
        z.strictObject({ file: variable, target: absolutePath.optional() }),
        z.strictObject({ target: absolutePath }),
        z.strictObject({ env: variable }),
      ])
      .optional(),
  })
  .refine(({ steps, container }) => steps !== undefined || container === true, {
    error: "a secret's grant needs `steps`, or `container: true` for `buildseal run`",
  })
  .refine(isOfOneKind, { error: bothKinds });

const recipeGrantSchema = z
  .strictObject({
    with: z.string().min(1),
    options: z.record(z.string(), z.unknown()).optional(),
    steps: selectorSchema.optional(),
    container,
    allowNone: z.boolean().optional(),
  })
  .refine(isOfOneKind, { error: bothKinds });

/** One entry of `grants:` in buildseal.yaml. */
export const grantSchema = z.union([secretGrantSchema, recipeGrantSchema]);
export type GrantEntry = z.infer<typeof grantSchema>;

function isOfOneKind(entry: { container?: true | undefined; steps?: unknown; allowNone?: unknown }): boolean {
  return entry.container !== true || (entry.steps === undefined && entry.allowNone === undefined);
}
