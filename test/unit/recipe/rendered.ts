import type { RecipeMount, Serving } from "../../../src/recipe/recipe.ts";

/** What stands in the mount of this id when every secret has this value. */
export function rendered(
  { mounts }: Serving,
  id: string,
  value: string,
  facts: Readonly<Record<string, string>> = {},
): string {
  const { content } = mountOf(mounts, id);
  if (content.kind === "secret") return value;
  const fact = (_secret: string, name: string): string => facts[name] ?? "";
  return content.kind === "text" ? content.render(fact) : content.render(() => value, fact);
}

/** The other forms of the value that the mount's document has. */
export function formsOf({ mounts }: Serving, id: string, value: string): readonly string[] {
  const { content } = mountOf(mounts, id);
  return content.kind === "document" ? (content.forms?.(() => value) ?? []) : [];
}

function mountOf(mounts: readonly RecipeMount[], id: string): RecipeMount {
  const mount = mounts.find((one) => one.id === id);
  if (mount === undefined) throw new Error(`no mount has the id ${id}`);
  return mount;
}
