import type { Step } from "../dockerfile/step.ts";
import type { Selector } from "./selector-schema.ts";

/** Whether the selector hits the step. ONBUILD steps are granted by comment only, so none is ever hit. */
export function selects(selector: Selector, step: Step): boolean {
  if (step.onbuild) return false;
  if (selector.stage !== undefined && !stageMatches(selector.stage, step)) return false;
  if (selector.index !== undefined && selector.index !== step.index) return false;
  return selector.run === undefined || new RegExp(selector.run, "m").test(step.body);
}

/** A stage without a name is named by its number, as in `COPY --from=0`. */
function stageMatches(glob: string, step: Step): boolean {
  const names = [step.stage.name, String(step.stage.index)].filter((name) => name !== undefined);
  const pattern = glob
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const expression = new RegExp(`^${pattern}$`, "i");
  return names.some((name) => expression.test(name));
}

export function printSelector(selector: Selector): string {
  const words = [];
  if (selector.stage !== undefined) words.push(`stage ${selector.stage}`);
  if (selector.index !== undefined) words.push(`RUN ${selector.index}`);
  if (selector.run !== undefined) words.push(`/${selector.run}/`);
  return words.length === 0 ? "every step" : words.join(", ");
}
