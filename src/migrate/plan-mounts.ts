import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Comment } from "../dockerfile/instruction.ts";
import { settingsOf } from "../dockerfile/settings.ts";
import { scriptsOf } from "../dockerfile/shell/scripts.ts";
import { type Step, stepsOf } from "../dockerfile/step.ts";
import { SealError } from "../error.ts";
import { notesOf, noticesOf } from "../grant/notice.ts";
import { type PlannedGrant, planGrants } from "../grant/plan.ts";
import type { MigrationSubject } from "./migration.ts";

export type PlannedMounts = {
  /** By the step's number in the file. */
  readonly mounts: ReadonlyMap<number, readonly string[]>;
  readonly planned: readonly { readonly number: number; readonly grants: readonly PlannedGrant[] }[];
  readonly notices: readonly string[];
};

/**
 * The mounts that steps get, as if a `# buildseal:` comment stood above each: by the recipes, within the policy.
 *
 * @param stripped the file without what goes
 * @param grants by the step's number in the file; lines of what comments would say
 * @throws SealError GRANT, POLICY, DOCKERFILE
 */
export function planMounts(
  stripped: Dockerfile,
  grants: ReadonlyMap<number, string>,
  subject: MigrationSubject,
  secrets: readonly string[],
): PlannedMounts {
  const steps = stepsOf(stripped).map((step, index) => {
    const grant = grants.get(index);
    // messages name the line as it is in the file, where what goes still stands
    const line = subject.steps[index]?.line ?? step.line;
    const comments = grant === undefined ? [] : grant.split("\n").map((text) => commentAt(step, text));
    return { ...step, line, comments };
  });
  const plan = planGrants({
    displayName: stripped.name,
    steps,
    settings: settingsOf(stripped),
    script: scriptsOf(stripped),
    reached: () => true,
    // the configuration's own grants are not the migration's: they only bring the options of recipes
    requests: subject.requests.map((request) => ({ ...request, steps: { index: 0 }, allowNone: true })),
    recipes: subject.recipes,
    declared: new Set([...subject.declared, ...secrets]),
    sources: subject.sources,
    userIds: new Set(),
    policy: subject.policy,
    written: true,
    host: subject.host,
    envMounts: subject.envMounts,
  });
  if (plan.needsEnvMounts !== undefined) throw tooOld(stripped.name, plan.needsEnvMounts);
  const numbers = new Map<Step, number>(steps.map((step, index) => [step, index]));
  const planned = plan.steps
    .map(({ step, grants: given }) => ({ number: numbers.get(step)!, grants: given }))
    .filter(({ number }) => grants.has(number));
  const mounts = new Map(
    planned.map(({ number, grants: given }) => [
      number,
      given.flatMap((grant) => grant.mounts.flatMap(({ text }) => text ?? [])),
    ]),
  );
  const given = planned.flatMap((step) => step.grants);
  return { mounts, planned, notices: [...noticesOf(given), ...notesOf(given)] };
}

function commentAt({ line, instruction }: Step, text: string): Comment {
  const { start } = instruction;
  return { kind: "comment", start, end: start, line, text: `# buildseal: ${text}` };
}

function tooOld(name: string, why: string): SealError {
  return new SealError(
    "DOCKERFILE",
    `${name} asks for a frontend that takes no variable from a mount, and that is needed: ${why}`,
    "Ask for `# syntax=docker/dockerfile:1`",
  );
}
