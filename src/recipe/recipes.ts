import { aws } from "./aws.ts";
import type { Recipe } from "./recipe.ts";
import { sccache } from "./sccache.ts";

/** Every recipe, by its name. */
export const recipes: ReadonlyMap<string, Recipe> = new Map(
  ([sccache, aws] as Recipe[]).map((recipe) => [recipe.name, recipe]),
);
