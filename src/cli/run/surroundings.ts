import type { Environment } from "../../identity/host.ts";
import type { Surroundings } from "../../recipe/recipe.ts";

/** What is known of a container before it runs. */
export type ContainerFacts = {
  /** The image's own variables. */
  readonly image: ReadonlyMap<string, string>;
  /** Those that the command line gives: they go before the image's, and before ours. */
  readonly given: ReadonlyMap<string, string>;
};

/**
 * What a recipe may know. Home and user are left unknown on purpose: a file at a place under the home folder would be a
 * mount of that one file, which shows no renewal.
 */
export function containerSurroundings(
  { image, given }: ContainerFacts,
  recipe: { readonly readsHost: readonly string[] },
  host: Environment,
): Surroundings {
  const all = new Map([...image, ...given]);
  return {
    home: undefined,
    user: "other",
    variable: (name) => all.get(name),
    mounted: () => undefined,
    assigned: (name) => given.get(name),
    host: (name) => (recipe.readsHost.includes(name) ? host[name] : undefined),
    envMounts: true,
    container: true,
  };
}
