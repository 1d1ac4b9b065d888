import type { Mount } from "../dockerfile/mount.ts";
import type { Settings } from "../dockerfile/settings.ts";
import { environmentSetBy, expandsItself } from "../dockerfile/shell/environment.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import { callsOf, type Ran } from "../recipe/call.ts";
import type { Recipe, Surroundings } from "../recipe/recipe.ts";
import type { Reader } from "./mount.ts";
import { isInMemory, keptFolder, mountAt } from "./own-mount.ts";

/** A step's text and, read when a recipe wants to know, what that runs. */
type WhatRuns = { readonly body: string; readonly script: () => Script };

/** What a recipe may know of a step: the Dockerfile's settings there, its own mounts, and of the host what the recipe says it reads. */
export function surroundingsOf(
  settings: Settings,
  mounts: readonly Mount[],
  { body, script }: WhatRuns,
  recipe: Recipe,
  host: (name: string) => string | undefined,
  envMounts: boolean,
): Surroundings {
  const { home, user, directory } = settings;
  const mounted = (name: string) => mounts.find(({ env }) => env === name)?.id;
  let assigned: ReadonlyMap<string, string | null> | undefined;
  let ran: Ran | undefined;
  return {
    home: home.known ? home.value.replace(/(?<=.)\/+$/, "") : undefined,
    directory: directory.known ? directory.value : undefined,
    ran: () => (ran ??= { text: body, calls: callsOf(script()) }),
    user: !user.known ? "unknown" : user.value.root ? "root" : "other",
    variable: (name) => {
      const variable = settings.variable(name);
      return variable.known ? variable.value : undefined;
    },
    isUnknown: (name) => !settings.variable(name).known,
    mounted,
    assigned: (name) => {
      assigned ??= environmentSetBy(script(), (own) => mounted(own) !== undefined || settings.sets(own));
      return assigned.get(name);
    },
    expandsItself: (name) => expandsItself(script(), name),
    host: (name) => (recipe.readsHost.includes(name) ? host(name) : undefined),
    envMounts,
    hasMount: (id) => mounts.some((mount) => mount.type === "secret" && mount.id === id),
    mountAt: (path) => {
      const there = mountAt(path, mounts);
      return there && (there.id ?? "");
    },
    keptUnder: (path) => keptFolder(path, mounts, directory),
    isInMemory: (path) => isInMemory(path, mounts, directory),
  };
}

export function readerOf({ user }: Settings): Reader {
  if (!user.known) return "unknown";
  return user.value.uid ?? "named";
}
