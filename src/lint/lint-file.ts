import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { CiDocument } from "../workflow/document.ts";
import { coverageOf, coverageOfLines } from "./coverage.ts";
import { type Context, dockerfileContext, finish, type LintFinding } from "./finish.ts";
import { createPositions } from "./position.ts";
import type { CiRule, DockerfileRule, LintRule } from "./rule.ts";
import { type BrokenRule, type Found, runRules } from "./run-rules.ts";
import type { RuleSettings } from "./severity.ts";
import { dockerfileSubject, type Surroundings } from "./subject.ts";
import { suppress } from "./suppress.ts";

/** The rules and what the configuration says of them. */
export type RuleSet = {
  readonly rules: readonly LintRule[];
  /** All rules that there are, the frame's too. */
  readonly ids: ReadonlySet<string>;
  readonly settings: RuleSettings;
};

/** A file's name for people, and from the repository's root on for fingerprints. */
export type FileNames = { readonly shown: string; readonly identity: string };

export type LintedFile = {
  /** In the order of the file. */
  readonly findings: readonly LintFinding[];
  readonly broken: readonly BrokenRule[];
};

/** Everything that the rules find in a Dockerfile or a template of one, but for what its comments suppress. */
export function lintDockerfile(
  dockerfile: Dockerfile,
  names: FileNames,
  ruleSet: RuleSet,
  surroundings: Surroundings,
): LintedFile {
  const rules = ruleSet.rules.filter((rule): rule is DockerfileRule => rule.subject === "dockerfile");
  const { found, broken } = runRules(rules, dockerfileSubject(dockerfile, surroundings), ruleSet.settings);
  const file = { text: dockerfile.text, ...ruleSet };
  const left = suppress(found, coverageOf(dockerfile), file);
  return { findings: finished(left, dockerfile.text, names, dockerfileContext(dockerfile)), broken };
}

/** The same for a CI file. */
export function lintCiFile(document: CiDocument, names: FileNames, ruleSet: RuleSet): LintedFile {
  const rules = ruleSet.rules.filter((rule): rule is CiRule => rule.subject === "ci");
  const { found, broken } = runRules(rules, { document }, ruleSet.settings);
  const left = suppress(found, coverageOfLines(document.text), { text: document.text, ...ruleSet });
  return { findings: finished(left, document.text, names, () => ""), broken };
}

function finished(found: readonly Found[], text: string, names: FileNames, context: Context): LintFinding[] {
  if (found.length === 0) return [];
  return finish(found, { text, positions: createPositions(text), ...names, context });
}
