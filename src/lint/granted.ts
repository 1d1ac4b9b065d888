import type { DockerfileSubject, LintedStep } from "./rule.ts";

/** A comment gives the step a secret, or a buildseal.yaml beside the file gives some, to steps that it alone knows. */
export function isGranted({ step }: LintedStep, { declared }: DockerfileSubject): boolean {
  return declared.size > 0 || step.comments.some(({ text }) => /buildseal:.*\b(?:with|secret)=/.test(text));
}
