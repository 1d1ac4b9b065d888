import type { Severity } from "../finding/finding.ts";

/** What machine reports say of a rule. */
export type RuleHelp = {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  /** Markdown. */
  readonly help: string;
};

/** Rules by id; a finding whose rule is not known is reported without help. */
export type RuleHelps = (id: string) => RuleHelp | undefined;
