import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { Delivery } from "./delivery.ts";
import type { GrantEntry } from "./request-schema.ts";
import type { Selector } from "./selector-schema.ts";

/** A grant that is asked for, by whom it is (`origin`), before it is known which steps it hits. */
export type GrantRequest = {
  readonly origin: string;
  readonly steps: Selector | undefined;
  readonly allowNone: boolean;
  /** For the container of `buildseal run`, and no step. */
  readonly container?: boolean;
} & (
  | { readonly kind: "recipe"; readonly recipe: Recipe; readonly options: unknown }
  | { readonly kind: "secret"; readonly secret: string; readonly field: string | undefined; readonly as: Delivery }
);

/** @throws SealError GRANT for a recipe that is not known or options that it does not take. */
export async function readRequest(
  entry: GrantEntry,
  origin: string,
  recipes: ReadonlyMap<string, Recipe>,
): Promise<GrantRequest> {
  const allowNone = entry.allowNone ?? false;
  const container = entry.container ?? false;
  if ("secret" in entry) {
    const { secret, field, steps } = entry;
    return { kind: "secret", origin, steps, allowNone, container, secret, field, as: entry.as ?? {} };
  }
  const request = requestRecipe(entry.with, origin, recipes);
  const options = await readOptions(request.recipe, entry.options ?? {}, origin);
  return { ...request, options, steps: entry.steps, allowNone, container };
}

/** A recipe by its name, without options. @throws SealError GRANT */
export function requestRecipe(
  name: string,
  origin: string,
  recipes: ReadonlyMap<string, Recipe>,
): Extract<GrantRequest, { kind: "recipe" }> {
  const recipe = recipes.get(name);
  if (recipe !== undefined) return { kind: "recipe", origin, recipe, options: {}, steps: undefined, allowNone: false };
  const meant = nearest(name, recipes.keys());
  throw new SealError(
    "GRANT",
    `${origin}: there is no recipe \`${name}\``,
    meant === undefined ? `Recipes are: ${[...recipes.keys()].join(", ")}` : `Did you mean \`${meant}\`?`,
  );
}

async function readOptions(recipe: Recipe, given: Readonly<Record<string, unknown>>, origin: string): Promise<unknown> {
  if (Object.keys(given).length === 0) return {};
  const schema = await recipe.options();
  const options = schema.safeParse(given);
  if (options.success) return options.data;
  const issue = options.error.issues[0]!;
  const isUnknown = issue.code === "unrecognized_keys";
  const key = isUnknown ? (issue.keys[0] ?? "") : issue.path.join(".");
  const known = Object.keys((schema as { shape?: object }).shape ?? {});
  const meant = isUnknown ? nearest(key, known) : undefined;
  throw new SealError(
    "GRANT",
    `${origin}: recipe ${recipe.name} cannot take option \`${key}\`: ${isUnknown ? "unknown key" : issue.message}`,
    meant === undefined ? `Its options are: ${known.join(", ")}` : `Did you mean \`${meant}\`?`,
  );
}
