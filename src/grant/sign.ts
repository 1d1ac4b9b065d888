import type { Recipe, Sign, Surroundings } from "../recipe/recipe.ts";

/** Why a step would use the recipe, in one clause; undefined: nothing shows that it would. */
export function signOf(recipe: Recipe, step: Surroundings, options: unknown): string | undefined {
  const ran = step.ran?.();
  if (ran === undefined) return undefined;
  // a variable is soon looked up, and most steps lack it
  return recipe.signs.find((sign) => hasVariable(sign, step) && sign.run(ran, options))?.says;
}

function hasVariable({ variable }: Sign, step: Surroundings): boolean {
  return variable === undefined || variable.names.some((name) => variable.value.test(step.variable(name) ?? ""));
}
