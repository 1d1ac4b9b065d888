import type { RecipeMount, Surroundings } from "./recipe.ts";

/**
 * Whether a mount of the user's own or the step's own commands set the variable: then it is not for the recipe to give.
 * What only adds to it (`NAME="$NAME more"`) keeps what is given.
 */
export function isTheirs(step: Surroundings, variable: string, ownId: string): boolean {
  const assigned = step.assigned(variable);
  // written empty, it only takes the variable away
  if (assigned !== undefined && assigned !== "" && !step.expandsItself?.(variable)) return true;
  const id = step.mounted(variable);
  return id !== undefined && !isOwnId(id, ownId);
}

/** The recipe's own, or that with a number, which it has where another step has other content under it. */
export function isOwnId(id: string, own: string): boolean {
  return id.startsWith(own) && /^(?:-\d+)?$/.test(id.slice(own.length));
}

/** What can be inserted into a Dockerfile: no shell, template or CSV reader makes anything of it. */
export const plainPath = /^\/[A-Za-z0-9._/+-]*$/;

export function inFolder(folder: string, path: string): string {
  return `${folder.replace(/\/+$/, "")}/${path}`;
}

/** A variable that holds something that is not secret, delivered by an `env=` mount. */
export function text(
  id: string,
  variable: string,
  render: Extract<RecipeMount["content"], { kind: "text" }>["render"],
): RecipeMount {
  return { kind: "variable", id, variable, content: { kind: "text", render } };
}
