import type { Surroundings } from "./recipe.ts";

/** The profile that the step asks for, by its own commands or the Dockerfile. */
export function profileIn(step: Surroundings): string {
  return step.assigned("AWS_PROFILE") || step.variable("AWS_PROFILE") || "default";
}
