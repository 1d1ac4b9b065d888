import type { Config } from "../config/config.ts";
import { type PlaceOf, printPlace } from "../config/document.ts";
import type { GrantRequest, OriginOf } from "../grant/request.ts";
import type { GrantEntry } from "../grant/request-schema.ts";

/** A configuration, and where its keys stand. */
type GrantSite = { readonly config: Config | undefined; readonly placeOf: PlaceOf | undefined };

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
 * The grants of a configuration to steps, and those asked for by name. A recipe that the file already grants, with its own
 * options and steps, is the same wish.
 *
 * @throws SealError GRANT
 */
export async function readRequests(site: GrantSite, named: NamedRecipes): Promise<GrantRequest[]> {
  return (await readAll(site, named, false)).filter(({ container }) => container !== true);
}

/**
 * The grants of a configuration to the container of `buildseal run`, and those asked for by name. A recipe that the file
 * grants to steps only has the options that it has there.
 *
 * @throws SealError GRANT
 */
export async function readContainerRequests(site: GrantSite, named: NamedRecipes): Promise<GrantRequest[]> {
  return (await readAll(site, named, true)).filter(({ container }) => container === true);
}

async function readAll(site: GrantSite, named: NamedRecipes, container: boolean): Promise<GrantRequest[]> {
  const entries = writtenIn(site);
  if (named.names.length === 0 && entries.length === 0) return [];
  const [{ readRequest, requestRecipe }, { recipes }] = await Promise.all([
    import("../grant/request.ts"),
    import("../recipe/recipes.ts"),
  ]);
  const requests = await Promise.all(entries.map(({ entry, originOf }) => readRequest(entry, originOf, recipes)));
  const granted = requests.filter((request) => request.kind === "recipe");
  for (const name of named.names) {
    const there = granted.filter(({ recipe }) => recipe.name === name);
    if (there.some((request) => (request.container ?? false) === container)) continue;
    const request = requestRecipe(name, named.origin, recipes);
    const options = container ? there[0]?.options : undefined;
    requests.push({ ...request, container, ...(options === undefined ? {} : { options }) });
  }
  return requests;
}

/** The grants that a configuration holds, each with its place there. */
function writtenIn({ config, placeOf }: GrantSite): readonly { entry: GrantEntry; originOf: OriginOf }[] {
  if (config?.grants === undefined || placeOf === undefined) return [];
  return config.grants.map((entry, at) => ({
    entry,
    originOf: (way) => `${printPlace(placeOf(["grants", at, ...way]))}, grants[${at}]`,
  }));
}
