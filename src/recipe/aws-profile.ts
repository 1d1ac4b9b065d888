import type { Surroundings } from "./recipe.ts";

/**
 * The profiles that the step may ask for: `default`, which other commands take and other profiles name as their source,
 * and those that the Dockerfile and its own commands name.
 */
export function profilesIn(step: Surroundings): string[] {
  const named = [step.variable("AWS_PROFILE"), step.assigned("AWS_PROFILE")];
  return [...new Set(["default", ...named.filter((one) => typeof one === "string" && one !== "")])] as string[];
}

/** As `config` has a profile; in `credentials` it is its name alone. */
export function configSection(profile: string): string {
  return profile === "default" ? "[default]" : `[profile ${profile}]`;
}
