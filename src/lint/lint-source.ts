import { readTemplate } from "../dockerfile/template/read-template.ts";
import type { TemplateEngine } from "../dockerfile/template/template.ts";
import { toText } from "../dockerfile/text.ts";
import { SealError } from "../error.ts";
import type { Finding, Severity } from "../finding/finding.ts";
import { nearest } from "../nearest.ts";
import { recipes } from "../recipe/recipes.ts";
import { isCiText } from "../workflow/kind.ts";
import { lintRules } from "./every-rule.ts";
import { frameRules } from "./frame-rule.ts";
import { type LintedFile, lintCiFile, lintDockerfile, type RuleSet } from "./lint-file.ts";
import { unknownNeighbours } from "./neighbours.ts";
import type { Neighbours } from "./rule.ts";

export type LintOptions = {
  /** The template language; "none": a plain Dockerfile. Left out: told by name and content. */
  readonly engine?: TemplateEngine | "none";
  /** By rule: another severity, or "off". */
  readonly rules?: Readonly<Record<string, Severity | "off">>;
  /** What lies in the Dockerfile's build context; left out: not known, and what needs it is not judged. */
  readonly neighbours?: Neighbours;
};

/**
 * Lints one file for programs that embed buildseal: a Dockerfile, a template of one, or a CI file, as its name and text
 * tell. Nothing is read but what is given, and no text of a finding holds a secret's value.
 *
 * @param source the file's bytes, UTF-8 or not
 * @param name its path from the repository's root on, with `/`
 * @returns the findings in the order of the file; what comments in it suppress is left out
 * @throws SealError ARGUMENT for a rule that there is not; Error where a rule broke off, a mistake of buildseal's own
 */
export async function lintSource(
  source: Uint8Array,
  name: string,
  options: LintOptions = {},
): Promise<readonly Finding[]> {
  const linted = isCiText(name, toText(source))
    ? await lintCi(source, name, options)
    : lintDockerfile(readTemplate(source, name, options.engine), names(name), ruleSet(options), {
        neighbours: options.neighbours ?? unknownNeighbours,
        recipes,
        declared: new Set(),
      });
  const [broken] = linted.broken;
  if (broken !== undefined) throw new Error(`the rule ${broken.rule} broke off`, { cause: broken.cause });
  return linted.findings.map(({ finding }) => finding);
}

// the YAML reader takes as long to load as everything else
async function lintCi(source: Uint8Array, name: string, options: LintOptions): Promise<LintedFile> {
  const { readCiDocument } = await import("../workflow/read.ts");
  return lintCiFile(readCiDocument(name, source), names(name), ruleSet(options));
}

function names(name: string): { readonly shown: string; readonly identity: string } {
  return { shown: name, identity: name };
}

const ids: ReadonlySet<string> = new Set([...lintRules, ...frameRules].map(({ id }) => id));

function ruleSet({ rules = {} }: LintOptions): RuleSet {
  const unknown = Object.keys(rules).find((id) => !ids.has(id));
  if (unknown === undefined) return { rules: lintRules, ids, settings: new Map(Object.entries(rules)) };
  const meant = nearest(unknown, [...ids]);
  const remedy = meant === undefined ? "See docs/rule for their names" : `Did you mean '${meant}'?`;
  throw new SealError("ARGUMENT", `There is no rule '${unknown}'`, remedy);
}
