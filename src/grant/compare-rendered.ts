import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { type DockerfileError, dockerfileError } from "../dockerfile/dockerfile-error.ts";
import type { Flag, Instruction } from "../dockerfile/instruction.ts";
import { stepsOf } from "../dockerfile/step.ts";
import type { Plan } from "./plan.ts";

/** What rendering a template before and after showed. */
export type RenderProof = {
  /** The steps of the rendered file. */
  readonly steps: number;
  /** Those that have the mounts. */
  readonly mounted: number;
};

/**
 * Compares what a template and its rewritten form are rendered to, step by step: only inserted mounts may differ, and a
 * step that the grants would choose in the rendered file must have them, so that no macro hides one.
 *
 * @param groups the mounts that were inserted at each place of the template, each as inserted
 * @param plan the grants of the rendered file before
 * @throws DOCKERFILE with the line of the rendered file
 */
export function compareRendered(
  before: Dockerfile,
  after: Dockerfile,
  groups: ReadonlySet<string>,
  plan: Plan,
): RenderProof {
  if (before.problem !== undefined) throw before.problem;
  if (after.problem !== undefined) throw after.problem;
  if (before.instructions.length !== after.instructions.length) {
    throw differs(
      after,
      1,
      `has ${after.instructions.length} instructions in the place of ${before.instructions.length}`,
    );
  }
  const added = new Map<Instruction, string>();
  const parts: string[] = [];
  let copied = 0;
  for (const [index, instruction] of before.instructions.entries()) {
    const found = after.instructions[index]!;
    const extra = flagsOf(found).length - flagsOf(instruction).length;
    if (extra === 0) continue;
    const run = found.inner ?? found;
    const text = after.text.slice(run.keywordEnd, run.flags[extra - 1]?.end ?? run.keywordEnd);
    if (extra < 0 || !groups.has(text)) throw differs(after, found.line, "has other flags than were inserted");
    added.set(instruction, text);
    parts.push(after.text.slice(copied, run.keywordEnd));
    copied = run.keywordEnd + text.length;
  }
  parts.push(after.text.slice(copied));
  const without = parts.join("");
  if (without !== before.text)
    throw differs(after, lineOfDifference(before.text, without), "differs in more than mounts");
  for (const { step, grants } of plan.steps) {
    const wanted = grants.some(({ mounts }) => mounts.some(({ text }) => text !== undefined));
    if (wanted && !added.has(step.instruction)) throw hidden(before, step.line, step.label);
  }
  return { steps: stepsOf(before).length, mounted: added.size };
}

function flagsOf(instruction: Instruction): readonly Flag[] {
  return (instruction.inner ?? instruction).flags;
}

function lineOfDifference(a: string, b: string): number {
  let at = 0;
  let line = 1;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) if (a.charCodeAt(at++) === 0x0a) line++;
  return line;
}

function differs({ name }: Dockerfile, line: number, what: string): DockerfileError {
  return dockerfileError(
    name,
    line,
    `the rewritten template, rendered, ${what}`,
    "The file was left as it is. See that the command gives the same each time, and report it with the lines around",
  );
}

function hidden({ name }: Dockerfile, line: number, label: string): DockerfileError {
  return dockerfileError(
    name,
    line,
    `${label} would be granted, and the template hides it: it comes from a macro, an include or a value`,
    "The file was left as it is. Rewrite the file that it comes from, or narrow the grant",
  );
}
