import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Instruction } from "../dockerfile/instruction.ts";

/** Whether a condition or a loop of a template begins or ends between two places. */
export function controlBetween({ template }: Dockerfile, start: number, end: number): boolean {
  return (
    template?.spans.some(
      (span) => span.kind !== "value" && span.kind !== "comment" && span.start >= start && span.end <= end,
    ) ?? false
  );
}

/** Whether a condition, a loop or the like of a template stands in a part of the file, or reaches into it. */
export function holdsControl({ template }: Dockerfile, { start, end }: Place): boolean {
  return (
    template?.spans.some(
      (span) => span.kind !== "value" && span.kind !== "comment" && span.start < end && span.end > start,
    ) ?? false
  );
}

type Place = { readonly start: number; readonly end: number };

/** Whether renderings may have the one instruction and not the other. */
export function mayBeWithout(one: Instruction, other: Instruction): boolean {
  return other.branch !== undefined && one.branch !== other.branch;
}

/**
 * Why an instruction cannot be taken out of a template: a piece of the template stands in it, or it is a part of the step
 * above where a condition does not hold. One clause; nothing is said of a plain Dockerfile.
 */
export function fixedByTemplate({
  template,
  instructions,
}: Dockerfile): (instruction: Instruction) => string | undefined {
  if (template === undefined) return () => undefined;
  const { spans } = template;
  const swallowed = new Set<Instruction>();
  let reach = 0;
  for (const instruction of instructions) {
    if (instruction.start < reach) swallowed.add(instruction);
    reach = Math.max(reach, instruction.end);
  }
  return (instruction) => {
    if (swallowed.has(instruction)) return "may be a part of the step above it, as the template decides";
    const holds = spans.some(({ start, end }) => start < instruction.end && end > instruction.start);
    return holds ? "is made by the template" : undefined;
  };
}
