import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Instruction } from "../dockerfile/instruction.ts";
import { holdsTemplate } from "../dockerfile/template/spans-at.ts";

/** Whether renderings may have the one instruction and not the other. */
export function mayBeWithout(one: Instruction, other: Instruction): boolean {
  return other.branch !== undefined && one.branch !== other.branch;
}

/**
 * Why an instruction cannot be taken out of a template: a piece of the template stands in it, or it is a part of the step
 * above where a condition does not hold. One clause; nothing is said of a plain Dockerfile.
 */
export function fixedByTemplate(dockerfile: Dockerfile): (instruction: Instruction) => string | undefined {
  if (dockerfile.template === undefined) return () => undefined;
  const swallowed = new Set<Instruction>();
  let reach = 0;
  for (const instruction of dockerfile.instructions) {
    if (instruction.start < reach) swallowed.add(instruction);
    reach = Math.max(reach, instruction.end);
  }
  return (instruction) => {
    if (swallowed.has(instruction)) return "may be a part of the step above it, as the template decides";
    return holdsTemplate(dockerfile, instruction.start, instruction.end) ? "is made by the template" : undefined;
  };
}
