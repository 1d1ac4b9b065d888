import type { Plan } from "../../grant/plan.ts";

/** The plan without what there is no identity for: steps keep their other grants. */
export function withoutLeftOut(plan: Plan, leftOut: ReadonlyMap<string, string>): Plan {
  if (leftOut.size === 0) return plan;
  const steps = plan.steps
    .map((step) => ({
      ...step,
      grants: step.grants.filter(
        ({ mounts }) => !mounts.some(({ secrets }) => secrets.some((secret) => leftOut.has(secret))),
      ),
    }))
    .filter(({ grants }) => grants.length > 0);
  const ids = new Set(steps.flatMap(({ grants }) => grants.flatMap(({ mounts }) => mounts.map(({ id }) => id))));
  return {
    ...plan,
    steps,
    contents: new Map([...plan.contents].filter(([id]) => ids.has(id))),
    secrets: new Map([...plan.secrets].filter(([name]) => !leftOut.has(name))),
  };
}
