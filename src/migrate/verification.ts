import { alike } from "../dockerfile/alike.ts";
import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { type DockerfileError, dockerfileError } from "../dockerfile/dockerfile-error.ts";
import type { Command, Flag, Instruction } from "../dockerfile/instruction.ts";
import type { Step } from "../dockerfile/step.ts";
import { applyEdits, type Change, type StepChange, type VariableChange } from "./change.ts";
import { variablesOf } from "./word-edit.ts";

/**
 * Compares a migrated Dockerfile with the one before: the same instructions, but for what the changes say, word for word.
 *
 * @throws DOCKERFILE where anything else differs
 */
export function verifyMigration(
  before: Dockerfile,
  after: Dockerfile,
  changes: readonly Change[],
  mounts: (step: Step) => readonly string[],
): void {
  if (after.problem !== undefined) throw after.problem;
  const steps = new Map<Instruction, StepChange>();
  const variables = new Map<Instruction, VariableChange>();
  for (const change of changes) {
    if (change.kind === "step") steps.set(change.step.instruction, change);
    else variables.set(change.instruction, change);
  }
  const stay = before.instructions.filter((instruction) => !goesWhole(instruction, variables.get(instruction), before));
  if (stay.length !== after.instructions.length) throw differs(before, 1, "number of instructions");
  for (const [index, instruction] of stay.entries()) {
    const found = after.instructions[index]!;
    const step = steps.get(instruction);
    const difference =
      step !== undefined
        ? compareStep(step, runOf(found), mounts(step.step))
        : variables.has(instruction)
          ? compareVariables(instruction, found, variables.get(instruction)!, before)
          : compareSame(instruction, found);
    if (difference !== undefined) throw differs(before, instruction.line, difference);
  }
}

function goesWhole(instruction: Instruction, change: VariableChange | undefined, file: Dockerfile): boolean {
  return change !== undefined && variablesOf(instruction, file.escape).every(({ name }) => change.names.has(name));
}

function compareSame(before: Command, after: Command): string | undefined {
  for (const key of ["keyword", "form", "body", "args", "pairs"] as const) {
    if (!alike(before[key], after[key])) return key;
  }
  return alike(before.flags.map(wordOf), after.flags.map(wordOf)) ? undefined : "flags";
}

function compareStep(change: StepChange, after: Command | undefined, mounts: readonly string[]): string | undefined {
  const { run } = change.step;
  if (after === undefined) return "keyword";
  const dropped = new Set(change.drop);
  const kept = run.flags.filter((flag) => !dropped.has(flag)).map(wordOf);
  if (!alike([...kept, ...mounts].sort(), after.flags.map(wordOf).sort())) return "flags";
  const edits = [
    ...change.cuts.map(({ from, to }) => ({ start: from, end: to, text: "" })),
    ...change.insert.map(({ at, text }) => ({ start: at, end: at, text })),
  ].sort((one, other) => one.start - other.start);
  const wanted = applyEdits(run.body, edits);
  return plain(wanted) === plain(after.body) ? undefined : "body";
}

/** Blanks apart: a line that goes takes its own with it. */
function plain(body: string): string {
  return body
    .replace(/[ \t]+/g, " ")
    .replace(/ ?\n[ \n]*/g, "\n")
    .trim();
}

function compareVariables(
  before: Instruction,
  after: Instruction,
  { names }: VariableChange,
  file: Dockerfile,
): string | undefined {
  if (before.keyword !== after.keyword) return "keyword";
  const said = (instruction: Instruction) =>
    variablesOf(instruction, file.escape)
      .filter(({ name }) => !names.has(name))
      .map(({ name, value }) => [name, value]);
  return alike(
    said(before),
    variablesOf(after, file.escape).map(({ name, value }) => [name, value]),
  )
    ? undefined
    : "variables";
}

function wordOf(flag: Flag): string {
  return flag.value === undefined ? `--${flag.name}` : `--${flag.name}=${flag.value}`;
}

function differs(before: Dockerfile, line: number, what: string): DockerfileError {
  return dockerfileError(
    before.name,
    line,
    `after the migration its ${what} would differ in more than was meant`,
    "The file was left as it is. Please report it with the lines around, or change it by hand",
  );
}

/** The RUN itself: the instruction, or the one in its ONBUILD. */
function runOf(instruction: Instruction): Command | undefined {
  return instruction.known === "ONBUILD" ? instruction.inner : instruction;
}
