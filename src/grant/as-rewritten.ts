import type { Mount } from "../dockerfile/mount.ts";
import { SealError } from "../error.ts";
import type { NeedsEnvMounts, Recipe, RecipeMount, Serving, Surroundings } from "../recipe/recipe.ts";
import { cleanPath } from "./mount.ts";

type Asked = { readonly recipe: Recipe; readonly options: unknown };

/**
 * What `buildseal rewrite` put into the step, which knew nothing of its base image: where all of it is there, the step
 * is served, though with what is known of the base now the recipe would choose other places.
 */
export function asRewritten(asked: Asked, step: Surroundings, mounts: readonly Mount[]): Serving | undefined {
  const there = mounts.filter(({ type }) => type === "secret");
  if (there.length === 0) return undefined;
  const isThere = (mount: RecipeMount) =>
    there.some(
      ({ id, target, env }) =>
        id === mount.id &&
        (mount.kind === "variable"
          ? env === mount.variable
          : target !== undefined && cleanPath(target) === cleanPath(mount.target)),
    );
  for (const known of waysToKnow(step)) {
    const serving = servingOf(asked, known);
    if (serving !== undefined && !("needs" in serving) && serving.mounts.every(isThere)) return serving;
  }
  return undefined;
}

/** Nothing of the user; or that he is root, and all files lie at their places below his home folder. */
function waysToKnow(step: Surroundings): Surroundings[] {
  const unknown = [
    { ...step, home: undefined, user: "unknown" },
    { ...step, home: undefined, user: "other" },
  ] as const;
  if (step.user === "other") return [...unknown];
  const variable = (name: string) => {
    const value = step.variable(name);
    return value?.startsWith("/") ? undefined : value;
  };
  return [
    ...unknown,
    { ...step, home: "/root", user: "root", variable, isUnknown: () => false, keptUnder: () => undefined },
  ];
}

/** Nothing where the recipe cannot serve such a step: then that is not how it was rewritten. */
function servingOf({ recipe, options }: Asked, step: Surroundings): Serving | NeedsEnvMounts | undefined {
  try {
    return recipe.serve(options, step);
  } catch (error) {
    if (error instanceof SealError) return undefined;
    throw error;
  }
}
