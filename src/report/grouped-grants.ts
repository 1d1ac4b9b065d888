import type { PlannedGrant, PlannedStep } from "../grant/plan.ts";
import { printSteps } from "./grants.ts";

/**
 * Which steps get what, where many get the same: the steps first, then once what each of them gets. Lines fit 80 columns as
 * far as ids and paths allow it.
 *
 * @param name what the user calls the file
 */
export function printGroupedGrants(steps: readonly PlannedStep[], name: string): string {
  const groups = Map.groupBy(steps, ({ grants }) => JSON.stringify(grants.map(told)));
  return [...groups.values()].map((group) => printGroup(group, name)).join("\n");
}

function printGroup(group: readonly PlannedStep[], name: string): string {
  const heads = group.slice(0, -1).map((step) => printSteps([{ ...step, grants: [] }], name));
  return `${heads.join("")}${printSteps(group.slice(-1), name)}`;
}

/** What is shown of a grant: whether a mount is there already is part of it. */
function told({ what, origin, chosen, form, why, mounts }: PlannedGrant): unknown {
  return [what, origin, chosen, form, why, mounts.map(({ id, shows, text }) => [id, shows, text === undefined])];
}
