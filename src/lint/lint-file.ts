import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { compareSeverities } from "../finding/order.ts";
import type { CiDocument } from "../workflow/document.ts";
import { coverageOf } from "./coverage.ts";
import { type Context, dockerfileContext, finish, type LintFinding } from "./finish.ts";
import { coverageOfLines } from "./line-coverage.ts";
import { createPositions } from "./position.ts";
import type { CiRule, DockerfileRule, LintRule } from "./rule.ts";
import { type BrokenRule, type Found, runRules } from "./run-rules.ts";
import type { RuleSettings } from "./severity.ts";
import { dockerfileSubject, type Surroundings } from "./subject.ts";
import { suppress } from "./suppress.ts";
import { writtenSecretsIn } from "./written-secret.ts";

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
  const left = suppress(withoutRepeats(found), coverageOfLines(document.text), { text: document.text, ...ruleSet });
  return { findings: finished(withHidden(left, document), document.text, names, () => ""), broken };
}

/** What is to be hidden is hidden in the whole file, whichever problem says so. */
function withHidden(found: readonly Found[], document: CiDocument): readonly Found[] {
  const [first, ...others] = found;
  if (first === undefined) return found;
  const hide = [...(first.problem.hide ?? []), ...writtenSecretsIn(document)];
  return [{ ...first, problem: { ...first.problem, hide } }, ...others];
}

/** What an alias repeats is found once for each job or service that takes it: the worst of them counts. */
function withoutRepeats(found: readonly Found[]): Found[] {
  const kept = new Map<string, Found>();
  for (const one of found) {
    const place = `${one.rule.id} ${one.problem.start} ${one.problem.end}`;
    const before = kept.get(place);
    if (before === undefined || compareSeverities(one.severity, before.severity) < 0) kept.set(place, one);
  }
  return [...kept.values()];
}

function finished(found: readonly Found[], text: string, names: FileNames, context: Context): LintFinding[] {
  if (found.length === 0) return [];
  return finish(found, { text, positions: createPositions(text), ...names, context });
}
