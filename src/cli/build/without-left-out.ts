import type { Plan, PlannedGrant } from "../../grant/plan.ts";

/** The plan without what there is no identity for: steps keep their other grants. */
export function withoutLeftOut(plan: Plan, leftOut: ReadonlyMap<string, unknown>): Plan {
  if (leftOut.size === 0) return plan;
  const goes = ({ mounts }: PlannedGrant) =>
    mounts.some(({ secrets }) => secrets.some((secret) => leftOut.has(secret)));
  const steps = plan.steps
    .map((step) => ({
      ...step,
      grants: inherit(
        step.grants.filter((grant) => !goes(grant)),
        step.grants.filter(goes),
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

/** A mount that two grants share stands with the first of them: where that one goes, it is the other's to insert. */
function inherit(staying: readonly PlannedGrant[], going: readonly PlannedGrant[]): PlannedGrant[] {
  const left = going.flatMap(({ mounts }) => mounts.filter(({ text }) => text !== undefined));
  return staying.map((grant) => ({
    ...grant,
    mounts: grant.mounts.map((mount) => {
      const at = left.findIndex(({ id, shows }) => id === mount.id && shows === mount.shows);
      const [shared] = mount.text === undefined && at >= 0 ? left.splice(at, 1) : [];
      return shared === undefined ? mount : { ...mount, text: shared.text };
    }),
  }));
}
