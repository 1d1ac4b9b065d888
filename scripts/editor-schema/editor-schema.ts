import { z } from "zod";
import { configSchema } from "../../src/config/config.ts";
import { policySchema } from "../../src/grant/policy-schema.ts";
import { recipes } from "../../src/recipe/recipes.ts";
import { aboutOf, describe, descriptionsIn, type Schema } from "./described.ts";

/** Gives the text of a page, by its path under `docs/`. */
type Pages = (path: string) => string;

/**
 * The schema of buildseal.yaml as JSON Schema, for editors: the program's own, with the options of each recipe, and with
 * what the documentation says of each key. What only a program can check is not in it.
 */
export async function configEditorSchema(page: Pages): Promise<Schema> {
  const schema = toJson(configSchema, "buildseal.yaml");
  const { secrets, identities, grants } = schema.properties!;
  const configuration = page("configuration.md");

  describeKinds(secrets!.additionalProperties as Schema, (kind) => page(`source/${kind}.md`));
  describeKinds(identities!.additionalProperties as Schema, (kind) => page(`identity/${kind}.md`));
  const [secretGrant, recipeGrant] = grants!.items!.anyOf as [Schema, Schema];
  const selector = descriptionsIn(configuration, "### Selectors");
  for (const [grant, heading] of [
    [secretGrant, "### A grant of a secret"],
    [recipeGrant, "### A grant of a recipe"],
  ] as const) {
    describe(grant, descriptionsIn(configuration, heading));
    describe(grant.properties!["steps"]!, selector);
  }
  await describeRecipes(recipeGrant, page);
  describe(schema, descriptionsIn(configuration, "## Keys"));
  return schema;
}

/** The same for a policy. */
export function policyEditorSchema(page: Pages): Schema {
  const schema = toJson(policySchema, "policy.yaml");
  describe(schema, descriptionsIn(page("policy.md"), "## Keys"));
  const allowed = schema.properties!["grants"]!.items!;
  describe(allowed.properties!["steps"]!, descriptionsIn(page("configuration.md"), "### Selectors"));
  return schema;
}

function toJson(schema: z.ZodType, title: string): Schema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  return { $schema, title, ...rest } as Schema;
}

/** Each alternative has its kind in `from`, and a page of its own; a key of it may be had from another kind in turn. */
function describeKinds({ oneOf = [] }: Schema, pageOf: (kind: string) => string): void {
  for (const alternative of oneOf) {
    const { from, ...keys } = alternative.properties!;
    const page = pageOf(from!["const"] as string);
    from!.description = aboutOf(page);
    for (const key of Object.values(keys)) describeKinds(key, pageOf);
    describe(alternative, descriptionsIn(page));
  }
}

/** The recipes' names, and for each what it takes as `options`. */
async function describeRecipes(grant: Schema, page: Pages): Promise<void> {
  const name = grant.properties!["with"]!;
  name["enum"] = [...recipes.keys()];
  name["enumDescriptions"] = [...recipes.values()].map(({ summary }) => summary);
  grant["allOf"] = await Promise.all(
    [...recipes].map(async ([kind, recipe]) => {
      const { $schema: _, ...options } = z.toJSONSchema(await recipe.options(), { target: "draft-7", io: "input" });
      const own = page(`recipe/${kind}.md`);
      describe(options as Schema, descriptionsIn(own));
      const [, other] = /as for \[\w+\]\((\w+)\.md#options\)/.exec(own) ?? [];
      if (other !== undefined) describe(options as Schema, descriptionsIn(page(`recipe/${other}.md`)));
      const then = { properties: { options } };
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      return { if: { properties: { with: { const: kind } } }, then };
    }),
  );
}
