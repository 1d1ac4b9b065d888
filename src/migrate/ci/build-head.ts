import type { Edit } from "../../dockerfile/insertion.ts";
import type { ContainerCommand } from "../../workflow/command/container-command.ts";
import { placeOf } from "../../workflow/sourced-text.ts";

/**
 * `docker buildx build` → `buildseal build --seal-with RECIPE`; no edit where buildseal is called with the recipe already.
 * @param recipe one or several, with commas between
 * @returns why not, where it is not certain that the one does what the other did.
 */
export function sealHead(command: ContainerCommand, recipe: string): readonly Edit[] | string {
  const { head, headWords, script, shell, options } = command;
  const written = headWords.join(" ");
  const span = placeOf(script.source, head.from, head.to);
  const wrapped = shell.words[0]?.start !== head.from;
  if (wrapped) return "another program (such as sudo) starts it, and what it hands on is not known";
  if (written === "buildseal build") {
    const named = new Set(
      options.filter(({ name }) => name === "seal-with").flatMap(({ value }) => value.text.split(",")),
    );
    return recipe.split(",").every((one) => named.has(one))
      ? []
      : [{ start: span.end, end: span.end, text: ` --seal-with ${recipe}` }];
  }
  if (!/^docker (?:(?:buildx|image|builder) )?build$/.test(written))
    return `\`${written}\` has no counterpart of buildseal's that is the same in all`;
  return [{ ...span, text: `buildseal build --seal-with ${recipe}` }];
}
