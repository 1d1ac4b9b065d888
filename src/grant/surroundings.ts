import type { Mount } from "../dockerfile/mount.ts";
import type { Settings } from "../dockerfile/settings.ts";
import type { Recipe, Surroundings } from "../recipe/recipe.ts";
import type { Reader } from "./mount.ts";

/** What a recipe may know of a step: the Dockerfile's settings there, its own mounts, and of the host what the recipe says it reads. */
export function surroundingsOf(
  settings: Settings,
  mounts: readonly Mount[],
  recipe: Recipe,
  host: (name: string) => string | undefined,
  envMounts: boolean,
): Surroundings {
  const { home, user } = settings;
  return {
    home: home.known ? home.value.replace(/(?<=.)\/+$/, "") : undefined,
    user: !user.known ? "unknown" : user.value.root ? "root" : "other",
    variable: (name) => {
      const variable = settings.variable(name);
      return variable.known ? variable.value : undefined;
    },
    variables: () => {
      const known: [string, string][] = [];
      for (const [name, variable] of settings.variables()) if (variable.known) known.push([name, variable.value]);
      return known;
    },
    mounted: (name) => mounts.find(({ env }) => env === name)?.id,
    host: (name) => (recipe.readsHost.includes(name) ? host(name) : undefined),
    envMounts,
  };
}

export function readerOf({ user }: Settings): Reader {
  if (!user.known) return "unknown";
  return user.value.uid ?? "named";
}
