import type { RunAs } from "../dockerfile/shell/script.ts";
import type { Step } from "../dockerfile/step.ts";
import type { Recipe, RecipeMount, Surroundings } from "../recipe/recipe.ts";
import type { Reader } from "./mount.ts";
import { signOf } from "./sign.ts";

type Granted = { readonly recipe: Recipe; readonly options: unknown; readonly mounts: readonly RecipeMount[] };

/**
 * What a step's command does not get that runs as another user than the step, by `sudo` or `su -c`: BuildKit mounts files
 * for the step's own.
 */
export function otherUserNotices(granted: Granted, step: Step, known: Surroundings, reader: Reader): string[] {
  const as = runsOnlyAs(granted, known);
  if (as === undefined) return [];
  const lost = lossOf(as, granted.mounts, step, reader);
  return lost === undefined
    ? []
    : [
        `${step.label} (line ${step.line}) runs it by \`${as.by}\`${lost}: set \`USER\` before the step in the place of \`${as.by}\``,
      ];
}

function lossOf(
  { user, keepsVariables }: RunAs,
  mounts: readonly RecipeMount[],
  step: Step,
  reader: Reader,
): string | undefined {
  const isPrivate = ({ id }: RecipeMount): boolean => {
    const own = step.mounts.find((mount) => mount.type === "secret" && mount.id === id);
    return own === undefined ? typeof reader === "number" : ((own.mode ?? 0) & 0o004) === 0;
  };
  const isOther = user !== "root" && user !== "0" && user !== String(reader);
  if (isOther && mounts.some((mount) => mount.kind === "file" && isPrivate(mount))) {
    return " as another user, who cannot read what is mounted for the step's own";
  }
  const variables = mounts.flatMap((mount) => (mount.kind === "variable" ? [mount.variable] : []));
  return keepsVariables || variables.length === 0
    ? undefined
    : `, which hands on no variables, and this grant gives ${variables.join(", ")}`;
}

/** As whom the recipe's consumer is run, where no call of it is left to the step's own user. */
function runsOnlyAs({ recipe, options }: Granted, step: Surroundings): RunAs | undefined {
  const ran = step.ran?.();
  if (ran === undefined || ran.calls.every(({ as }) => as === undefined)) return undefined;
  const isChosen = (calls: typeof ran.calls, text: string): boolean =>
    signOf(recipe, { ...step, ran: () => ({ text, calls }) }, options) !== undefined;
  const own = ran.calls.filter(({ as }) => as === undefined);
  if (isChosen(own, ran.text)) return undefined;
  return ran.calls.find((call) => call.as !== undefined && isChosen([call], ""))?.as;
}
