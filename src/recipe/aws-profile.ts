import type { Surroundings } from "./recipe.ts";

/**
 * The profiles that the step may ask for: `default`, which other commands take and other profiles name as their source,
 * and those that the Dockerfile and its own commands name.
 */
export function profilesIn(step: Surroundings): string[] {
  const named = [step.variable("AWS_PROFILE"), step.assigned("AWS_PROFILE"), ...namedByOption(step)];
  return [...new Set(["default", ...named.filter((one) => typeof one === "string" && one !== "")])] as string[];
}

/** `aws --profile NAME`, and the same of what has that option from it; what is expanded in it is not known. */
function namedByOption(step: Surroundings): string[] {
  const calls = (step.ran?.().calls ?? []).filter(({ program }) => /^(?:aws|cdk|sam|s5cmd)$/.test(program));
  const named = calls.flatMap(({ arguments: words }) =>
    words.map((word, at) => (words[at - 1] === "--profile" ? word : /^--profile=(.+)$/s.exec(word)?.[1])),
  );
  return named.filter((name) => name !== undefined && /^[\w.@+-]+$/.test(name)) as string[];
}

/** As `config` has a profile; in `credentials` it is its name alone. */
export function configSection(profile: string): string {
  return profile === "default" ? "[default]" : `[profile ${profile}]`;
}
