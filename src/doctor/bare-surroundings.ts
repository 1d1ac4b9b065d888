import type { Recipe, Surroundings } from "../recipe/recipe.ts";

type Lookup = (name: string) => string | undefined;

/** A step of root's of which only variables are known: what a recipe would do in most of them. */
export function bareSurroundings(recipe: Recipe, host: Lookup, variable: Lookup = () => undefined): Surroundings {
  return {
    home: "/root",
    user: "root",
    variable,
    mounted: () => undefined,
    assigned: () => undefined,
    host: (name) => (recipe.readsHost.includes(name) ? host(name) : undefined),
    envMounts: true,
  };
}

/** The same of the container of `buildseal run`. */
export function bareContainer(recipe: Recipe, host: Lookup): Surroundings {
  return { ...bareSurroundings(recipe, host), home: undefined, user: "other", container: true };
}
