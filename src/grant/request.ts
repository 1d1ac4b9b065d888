import { z } from "zod";
import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { type Selector, selectorSchema } from "./selector.ts";

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

/** How a secret reaches a step that was granted by name. */
export type Delivery = {
  readonly file?: string | undefined;
  readonly target?: string | undefined;
  readonly env?: string | undefined;
};

/** A grant that is asked for, by whom it is (`origin`), before it is known which steps it hits. */
export type GrantRequest = {
  readonly origin: string;
  readonly steps: Selector | undefined;
  readonly allowNone: boolean;
} & (
  | { readonly kind: "recipe"; readonly recipe: Recipe; readonly options: unknown }
  | { readonly kind: "secret"; readonly secret: string; readonly field: string | undefined; readonly as: Delivery }
);

/** @throws SealError GRANT for a recipe that is not known or options that it does not take. */
export function readRequest(entry: GrantEntry, origin: string, recipes: ReadonlyMap<string, Recipe>): GrantRequest {
  const allowNone = entry.allowNone ?? false;
  if ("secret" in entry) {
    const { secret, field, steps } = entry;
    return { kind: "secret", origin, steps, allowNone, secret, field, as: entry.as ?? {} };
  }
  return { ...readRecipe(entry.with, entry.options ?? {}, origin, recipes), steps: entry.steps, allowNone };
}

/** A recipe by its name, with its options checked. @throws SealError GRANT */
export function readRecipe(
  name: string,
  given: Readonly<Record<string, unknown>>,
  origin: string,
  recipes: ReadonlyMap<string, Recipe>,
): { kind: "recipe"; origin: string; recipe: Recipe; options: unknown; steps: undefined; allowNone: boolean } {
  const recipe = recipes.get(name);
  if (recipe === undefined) {
    const meant = nearest(name, recipes.keys());
    throw new SealError(
      "GRANT",
      `${origin}: there is no recipe \`${name}\``,
      meant === undefined ? `Recipes are: ${[...recipes.keys()].join(", ")}` : `Did you mean \`${meant}\`?`,
    );
  }
  const options = recipe.options.safeParse(given);
  if (!options.success) {
    const issue = options.error.issues[0]!;
    const key = issue.code === "unrecognized_keys" ? (issue.keys[0] ?? "") : issue.path.join(".");
    const known = Object.keys((recipe.options as { shape?: object }).shape ?? {});
    const meant = issue.code === "unrecognized_keys" ? nearest(key, known) : undefined;
    throw new SealError(
      "GRANT",
      `${origin}: recipe ${name} cannot take option \`${key}\`: ${issue.code === "unrecognized_keys" ? "unknown key" : issue.message}`,
      meant === undefined ? `Its options are: ${known.join(", ")}` : `Did you mean \`${meant}\`?`,
    );
  }
  return { kind: "recipe", origin, recipe, options: options.data, steps: undefined, allowNone: false };
}
