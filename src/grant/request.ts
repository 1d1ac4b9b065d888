import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import type { Recipe } from "../recipe/recipe.ts";
import type { Path } from "../schema/fault.ts";
import { knownKeys, schemaAt, valueAt } from "../schema/known-key.ts";
import { readBySchema } from "../schema/read-by-schema.ts";
import { tellFaults } from "../schema/tell.ts";
import type { Delivery } from "./delivery.ts";
import type { GrantEntry } from "./request-schema.ts";
import type { Selector } from "./selector-schema.ts";

/** A grant that is asked for, by whom it is (`origin`), before it is known which steps it hits. */
export type GrantRequest = {
  readonly origin: string;
  readonly steps: Selector | undefined;
  readonly allowNone: boolean;
  /** For the container of `buildseal run`, and no step. */
  readonly container?: boolean;
} & (
  | { readonly kind: "recipe"; readonly recipe: Recipe; readonly options: unknown }
  | { readonly kind: "secret"; readonly secret: string; readonly field: string | undefined; readonly as: Delivery }
);

/** Whose wish it is, with the place of what stands at a path of its entry. */
export type OriginOf = (path: Path) => string;

/** @throws SealError GRANT for a recipe that is not known or options that it does not take. */
export async function readRequest(
  entry: GrantEntry,
  originOf: OriginOf,
  recipes: ReadonlyMap<string, Recipe>,
): Promise<GrantRequest> {
  const origin = originOf([]);
  const allowNone = entry.allowNone ?? false;
  const container = entry.container ?? false;
  if ("secret" in entry) {
    const { secret, field, steps } = entry;
    return { kind: "secret", origin, steps, allowNone, container, secret, field, as: entry.as ?? {} };
  }
  const request = requestRecipe(entry.with, origin, recipes);
  const options = await readOptions(request.recipe, entry.options ?? {}, originOf);
  return { ...request, options, steps: entry.steps, allowNone, container };
}

/** A recipe by its name, without options. @throws SealError GRANT */
export function requestRecipe(
  name: string,
  origin: string,
  recipes: ReadonlyMap<string, Recipe>,
): Extract<GrantRequest, { kind: "recipe" }> {
  const recipe = recipes.get(name);
  if (recipe !== undefined) return { kind: "recipe", origin, recipe, options: {}, steps: undefined, allowNone: false };
  const meant = nearest(name, recipes.keys());
  throw new SealError(
    "GRANT",
    `${origin}: there is no recipe \`${name}\``,
    meant === undefined ? `Recipes are: ${[...recipes.keys()].join(", ")}` : `Did you mean \`${meant}\`?`,
  );
}

async function readOptions(
  recipe: Recipe,
  given: Readonly<Record<string, unknown>>,
  originOf: OriginOf,
): Promise<unknown> {
  if (Object.keys(given).length === 0) return {};
  const schema = await recipe.options();
  const read = readBySchema(schema, given);
  if ("value" in read) return read.value;
  const { message, remedy } = tellFaults(read.faults, {
    way: ["options"],
    first: (path) => `${originOf(path)}: recipe ${recipe.name}: `,
    next: () => "",
    remedy: ({ kind, path }) => {
      const within = kind === "unknown" && path.length > 0;
      const known = knownKeys(within ? schemaAt(schema, path, given) : schema, within ? valueAt(given, path) : given);
      return `${within ? "What may stand there" : "Its options are"}: ${known.join(", ")}`;
    },
  });
  throw new SealError("GRANT", message, remedy);
}
