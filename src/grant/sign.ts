import type { Recipe, Surroundings } from "../recipe/recipe.ts";

/** Why a step would use the recipe, in one clause; undefined: nothing shows that it would. */
export function signOf(recipe: Recipe, step: Surroundings, options: unknown): string | undefined {
  const ran = step.ran?.();
  if (ran === undefined) return undefined;
  for (const sign of recipe.signs) {
    if (!sign.run(ran, options)) continue;
    const { variable } = sign;
    if (variable === undefined) return sign.says;
    const inEffect = step.variables().some(([name, value]) => variable.name.test(name) && variable.value.test(value));
    if (inEffect) return sign.says;
  }
  return undefined;
}
