import type { Severity } from "../finding/finding.ts";
import type { LintedStep } from "./rule.ts";

/** One or several names of secrets, for messages: `the secret a`, `the secrets a and b`. */
export function nameSecrets(names: Iterable<string>): string {
  const list = [...new Set(names)];
  if (list.length <= 1) return `the secret ${list[0] ?? ""}`;
  return `the secrets ${list.slice(0, -1).join(", ")} and ${list.at(-1)}`;
}

/** For fingerprints: the step's stage and the secrets. */
export function secretsKey({ step }: LintedStep, names: Iterable<string>): string {
  return `${step.stage.name ?? step.stage.index} ${[...new Set(names)].join(",")}`;
}

/** In a template nobody knows which of a step's commands come together: what needs all of them is no error there. */
export function tempered({ step }: LintedStep, severity: Severity): Severity {
  return step.instruction.ending === "unknown" && severity === "error" ? "warning" : severity;
}

/** "possibly " where the step's end is not known. */
export function perhaps({ step }: LintedStep): string {
  return step.instruction.ending === "unknown" ? "possibly " : "";
}
