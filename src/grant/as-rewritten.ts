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
  const known = [step, ...waysToKnow(step)];
  const unasked = known.map((one) => ({ ...one, placesUnasked: true }) as const);
  const ways = [...known, ...unasked].flatMap((one) => {
    const serving = servingOf(asked, one);
    return serving === undefined || "needs" in serving ? [] : [serving];
  });
  const serving =
    ways.find(({ mounts }) => mounts.every(isThere)) ??
    ways.find(
      ({ mounts }) => mounts.some(isThere) && mounts.every((mount) => isThere(mount) || mayBeNew(mount, mounts)),
    );
  return serving && { ...serving, notices: [...serving.notices, ...keptNotices(serving, step)] };
}

/** A variable that the recipe may give only since then. Without one that tells of a file, that would lie unread. */
function mayBeNew(mount: RecipeMount, all: readonly RecipeMount[]): boolean {
  if (mount.kind !== "variable" || mount.content.kind !== "text") return false;
  const says = mount.content.render(() => "");
  return !all.some((other) => other.kind === "file" && says.includes(folderOf(other.target)));
}

/** That of a file in `/` is the file: every path has a `/`. */
function folderOf(file: string): string {
  return file.slice(0, file.lastIndexOf("/")) || file;
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
