import type { Mount } from "../dockerfile/mount.ts";
import type { Settings } from "../dockerfile/settings.ts";
import { environmentSetBy } from "../dockerfile/shell/environment.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Recipe, Surroundings } from "../recipe/recipe.ts";
import type { Reader } from "./mount.ts";

/** What a recipe may know of a step: the Dockerfile's settings there, its own mounts, and of the host what the recipe says it reads. */
export function surroundingsOf(
  settings: Settings,
  mounts: readonly Mount[],
  script: () => Script,
  recipe: Recipe,
  host: (name: string) => string | undefined,
  envMounts: boolean,
): Surroundings {
  const { home, user } = settings;
  const mounted = (name: string) => mounts.find(({ env }) => env === name)?.id;
  let assigned: ReadonlyMap<string, string | null> | undefined;
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
    mounted,
    assigned: (name) => {
      assigned ??= environmentSetBy(script(), (own) => mounted(own) !== undefined || settings.sets(own));
      return assigned.get(name);
    },
    host: (name) => (recipe.readsHost.includes(name) ? host(name) : undefined),
    envMounts,
    hasMount: (id) => mounts.some((mount) => mount.type === "secret" && mount.id === id),
  };
}

export function readerOf({ user }: Settings): Reader {
  if (!user.known) return "unknown";
  return user.value.uid ?? "named";
}
