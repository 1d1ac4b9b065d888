import type { Surroundings } from "./recipe.ts";

/**
 * The profiles that the step may ask for: `default`, which other commands take and other profiles name as their source,
 * and the one that its own commands or the Dockerfile name.
 */
export function profilesIn(step: Surroundings): string[] {
  const named = step.assigned("AWS_PROFILE") || step.variable("AWS_PROFILE") || "default";
  return [...new Set(["default", named])];
}

/** As `config` has a profile; in `credentials` it is its name alone. */
export function configSection(profile: string): string {
  return profile === "default" ? "[default]" : `[profile ${profile}]`;
}
