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
  for (const known of [step, ...waysToKnow(step)]) {
    const serving = servingOf(asked, known);
    if (serving === undefined || "needs" in serving || !serving.mounts.every(isThere)) continue;
    return { ...serving, notices: [...serving.notices, ...keptNotices(serving, step)] };
  }
  return undefined;
}

/** An earlier `buildseal rewrite` looked at no mount of the step's own. */
function keptNotices({ mounts }: Serving, step: Surroundings): string[] {
  return mounts.flatMap((mount) => {
    const folder = mount.kind === "file" ? step.keptUnder?.(mount.target) : undefined;
    return folder === undefined
      ? []
      : [
          `${mount.id} is mounted in a folder that is a mount of the step's own, ${folder}, where an empty file stays of it: take the mounts of this recipe out of that step, and rewrite it again`,
        ];
  });
}

/**
 * Nothing of the user, nor of what an image may say; or that he is root, and all files lie at their places below his home
 * folder.
 */
function waysToKnow(step: Surroundings): Surroundings[] {
  const unseen = { ...step, home: undefined, isUnknown: () => true };
  const known = [unseen, { ...unseen, directory: undefined }, { ...step, home: undefined }];
  const unknown = known.flatMap((one) => (["unknown", "other"] as const).map((user) => ({ ...one, user })));
  if (step.user === "other") return unknown;
  const variable = (name: string) => {
    const value = step.variable(name);
    return value?.startsWith("/") ? undefined : value;
  };
  const root = { home: "/root", user: "root", variable, isUnknown: () => false, keptUnder: () => undefined } as const;
  return [...unknown, { ...step, ...root }, { ...step, ...root, directory: undefined }];
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
