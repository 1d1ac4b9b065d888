import type { RecipeMount, Surroundings } from "./recipe.ts";

/** Whether a mount of the user's own or the step's own commands set the variable: then it is not for the recipe to give. */
export function isTheirs(step: Surroundings, variable: string, ownId: string): boolean {
  const assigned = step.assigned(variable);
  // written empty, it only takes the variable away
  if (assigned !== undefined && assigned !== "") return true;
  const id = step.mounted(variable);
  return id !== undefined && !(id.startsWith(ownId) && /^(?:-\d+)?$/.test(id.slice(ownId.length)));
}

/** Why files at places under the home folder cannot be: one clause. */
export function homeUnknown({ user, container }: Surroundings): string {
  if (container === true) return "in a container files lie under /run/secrets alone";
  if (user === "unknown") return "it is not known who the step's user is";
  return user === "root"
    ? "the home folder of the step's user is not known (set `options: { home: … }`)"
    : "the step's user is not root, and a mount would make the missing parents of its files root's";
}

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
