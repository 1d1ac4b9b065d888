import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { type Edit, insertMounts } from "../dockerfile/insertion.ts";
import { shellsOf } from "../dockerfile/shell/index.ts";
import { type Step, stepsOf } from "../dockerfile/step.ts";
import { toBytes } from "../dockerfile/text.ts";
import type { PlannedStep } from "../grant/plan.ts";
import { applyEdits, type Change, editsOf, type StepChange } from "./change.ts";
import { configLogOf } from "./config-log.ts";
import type { Migration, MigrationSubject, Remark } from "./migration.ts";
import { planMounts } from "./plan-mounts.ts";
import { verifyMigration } from "./verification.ts";
import { variablesOf } from "./word-edit.ts";

export type Migrated = {
  readonly edits: readonly Edit[];
  /** undefined: nothing changes. */
  readonly text: Uint8Array | undefined;
  readonly remarks: readonly Remark[];
  /** How many steps changed, of how many. */
  readonly steps: readonly [changed: number, all: number];
  /** ids of mounts that went, and that no step asks for any more. */
  readonly goneIds: readonly string[];
  /** ids that its steps ask for and did not before. */
  readonly newIds: readonly string[];
  /** What it asks of a build in the end. */
  readonly asks: Asked;
  /** Which step got what, for people: the steps as they were before. */
  readonly granted: readonly PlannedStep[];
  readonly notices: readonly string[];
};

/**
 * Migrates one file: what is certain is changed, the rest is remarked. The result is read again, compared with what was
 * said, and searched for more to do.
 *
 * @param read reads a text as the file was read
 * @throws SealError DOCKERFILE, GRANT, POLICY: nothing is changed then
 */
export function migrateDockerfile(
  subject: MigrationSubject,
  migration: Migration,
  read: (text: Uint8Array) => Dockerfile,
): Migrated {
  const { dockerfile, steps } = subject;
  const found = migration.find(subject);
  const { changes, remarks } = withConfigLogs(found.changes, found.remarks, subject);
  if (changes.length === 0) {
    const nothing = { edits: [], text: undefined, goneIds: [], newIds: [], granted: [], notices: [] };
    return { ...nothing, remarks, steps: [0, steps.length], asks: asksOf(dockerfile) };
  }
  const dropped = new Map(
    changes.flatMap((one) => (one.kind === "step" ? [[one.step, one.drop.length] as const] : [])),
  );
  const held = (step: Step) => Array.from({ length: dropped.get(step) ?? 0 }, (_, index) => `${heldPlace}${index}`);
  const stripped = read(toBytes(applyEdits(dockerfile.text, editsOf(dockerfile, changes, held))));
  verifyMigration(dockerfile, stripped, changes, held);
  const numbers = new Map<Step, number>(steps.map((step, index) => [step, index]));
  const grants = new Map<number, string>();
  for (const change of changes) {
    if (change.kind === "step" && change.grant !== undefined) grants.set(numbers.get(change.step)!, change.grant);
  }
  const { mounts, planned, notices } = planMounts(stripped, grants, subject, found.secrets ?? []);
  const mountsOf = (step: Step) => mounts.get(numbers.get(step)!) ?? [];
  checkMounts(dockerfile, changes, mountsOf);
  const edits = editsOf(dockerfile, changes, mountsOf);
  const text = toBytes(applyEdits(dockerfile.text, edits));
  const after = read(text);
  verifyMigration(dockerfile, after, changes, mountsOf);
  const stepChanges = changes.filter((change) => change.kind === "step");
  const asks = asksOf(after);
  const asked = new Set(asksOf(dockerfile).ids);
  const stillAsked = new Set(asks.ids);
  return {
    edits,
    text,
    remarks,
    steps: [stepChanges.length, stepsOf(after).length],
    goneIds: goneFrom(stepChanges).filter((id) => !stillAsked.has(id)),
    newIds: asks.ids.filter((id) => !asked.has(id)),
    asks,
    granted: planned.map(({ number, grants }) => ({
      step: steps[number]!,
      reached: true,
      grants: grants.map((grant) => ({
        ...grant,
        origin: `--migrate ${migration.name}`,
        chosen: "in the place of what it had",
      })),
    })),
    notices,
  };
}

/** Stands for each mount that goes, while new ones are planned: without a word there a template's line could be empty, and go on. */
const heldPlace = "--mount=type=tmpfs,target=/buildseal-held-place";

/** The insertion's own checks: what is inserted is inert for every shell and template, and BuildKit takes it. */
function checkMounts(
  dockerfile: Dockerfile,
  changes: readonly Change[],
  mountsOf: (step: Step) => readonly string[],
): void {
  const insertions = changes.flatMap((change) =>
    change.kind === "step" ? [{ step: change.step, mounts: mountsOf(change.step) }] : [],
  );
  insertMounts(dockerfile, insertions);
}

/** What a Dockerfile asks of a build: ids that its steps mount, and ARGs. */
export type Asked = { readonly ids: readonly string[]; readonly args: readonly string[] };

export function asksOf(dockerfile: Dockerfile): Asked {
  const ids = stepsOf(dockerfile).flatMap(({ mounts }) => mounts.flatMap(({ id }) => id ?? []));
  const args = dockerfile.instructions
    .filter(({ known }) => known === "ARG")
    .flatMap((instruction) => variablesOf(instruction, dockerfile.escape).map(({ name }) => name));
  return { ids: [...new Set(ids)], args: [...new Set(args)] };
}

function goneFrom(changes: readonly StepChange[]): string[] {
  const ids = changes.flatMap(({ step, drop }) =>
    step.mounts.filter(({ flag }) => drop.includes(flag)).flatMap(({ id }) => id ?? []),
  );
  return [...new Set(ids)];
}

/**
 * What configure leaves of a step's environment is said of the steps that change, and of those that mount secrets as
 * variables already: a file that was migrated once can have its logs removed later.
 */
function withConfigLogs(
  changes: readonly Change[],
  remarks: readonly Remark[],
  subject: MigrationSubject,
): { readonly changes: readonly Change[]; readonly remarks: readonly Remark[] } {
  const shells = shellsOf(subject.dockerfile.stages);
  const left = new Set(remarks.map(({ line }) => line));
  const more: Remark[] = [];
  const logsOf = (step: Step) => {
    const { insert, remark } = configLogOf(step, subject, shells);
    if (remark !== undefined) more.push(remark);
    return insert;
  };
  const changed = changes.map((change) => {
    if (change.kind !== "step") return change;
    const insert = logsOf(change.step);
    return insert.length === 0 ? change : { ...change, insert };
  });
  const done = new Set(changes.flatMap((change) => (change.kind === "step" ? [change.step] : [])));
  for (const step of subject.steps) {
    if (done.has(step) || left.has(step.line) || !step.mounts.some(({ env }) => env !== undefined)) continue;
    const insert = logsOf(step);
    if (insert.length > 0) changed.push({ kind: "step", step, drop: [], cuts: [], insert, grant: undefined });
  }
  return { changes: changed, remarks: [...remarks, ...more].sort((a, b) => a.line - b.line) };
}
