import type { Config } from "../config/config.ts";
import type { GrantRequest } from "../grant/request.ts";

/** Recipes that were asked for by name, and by what: a flag, or a variable. */
export type NamedRecipes = { readonly names: readonly string[]; readonly origin: string };

/** The recipes of a flag, else those of BUILDSEAL_WITH. */
export function namedRecipes(asked: {
  readonly flag: string;
  readonly names: readonly string[];
  readonly variable: string | undefined;
}): NamedRecipes {
  if (asked.names.length > 0) return { names: asked.names, origin: asked.flag };
  const names = (asked.variable ?? "").split(",").map((name) => name.trim());
  return { names: [...new Set(names.filter((name) => name !== ""))], origin: "BUILDSEAL_WITH" };
}

/**
 * The grants of a configuration and those asked for by name. A recipe that the file already grants, with its own options
 * and steps, is the same wish.
 *
 * @throws SealError GRANT
 */
export async function readRequests(
  site: { readonly config: Config | undefined; readonly configPath: string | undefined },
  named: NamedRecipes,
): Promise<GrantRequest[]> {
  const entries = site.config?.grants ?? [];
  if (named.names.length === 0 && entries.length === 0) return [];
  const [{ readRequest, requestRecipe }, { recipes }] = await Promise.all([
    import("../grant/request.ts"),
    import("../recipe/recipes.ts"),
  ]);
  const origin = site.configPath ?? "buildseal.yaml";
  const requests = await Promise.all(
    entries.map((entry, at) => readRequest(entry, `${origin}, grants[${at}]`, recipes)),
  );
  const configured = new Set(requests.flatMap((request) => (request.kind === "recipe" ? [request.recipe.name] : [])));
  for (const name of named.names) {
    if (!configured.has(name)) requests.push(requestRecipe(name, named.origin, recipes));
  }
  return requests;
}
