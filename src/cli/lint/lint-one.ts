import { toBytes, toText } from "../../dockerfile/index.ts";
import { readTemplate } from "../../dockerfile/template/read-template.ts";
import type { TemplateEngine } from "../../dockerfile/template/template.ts";
import type { Skipped } from "../../finding/finding.ts";
import { type Fixable, type FixedFile, fixFile } from "../../lint/fix-file.ts";
import { type LintedFile, lintDockerfile } from "../../lint/lint-file.ts";
import { differenceBeyond } from "../../lint/same-reading.ts";
import { recipes } from "../../recipe/recipes.ts";
import { isCiText } from "../../workflow/kind.ts";
import type { RulesAt } from "./rules-at.ts";
import type { Source } from "./source.ts";

export type LintedOne = {
  readonly source: Source;
  readonly text: string;
  readonly linted: LintedFile;
  /** What --fix made of it. */
  readonly fixed: FixedFile | undefined;
  readonly skipped: readonly Skipped[];
};

/** Lints one file, and mends it in memory where that was asked for. */
export async function lintOne(
  source: Source,
  rules: RulesAt,
  wish: { readonly engine: TemplateEngine | "none" | undefined; readonly fix: "no" | "safe" | "unsafe" },
): Promise<LintedOne> {
  const text = toText(source.bytes);
  // the YAML reader takes as long to load as everything else, so only a CI file loads it
  const file = isCiText(source.identity, text)
    ? (await import("./ci-file.ts")).ciFile(source, rules)
    : dockerfile(source, rules, wish.engine);
  const linted = file.lint(text);
  const fixed = wish.fix === "no" ? undefined : fixFile(text, linted, file, wish.fix === "unsafe");
  const skipped = (fixed?.linted ?? linted).broken.map(({ rule }) => ({
    what: source.shown,
    why: `the rule ${rule} broke off, which is a mistake of buildseal's own (BUILDSEAL_DEBUG=1 shows where)`,
  }));
  if (fixed?.failure !== undefined) {
    skipped.push({ what: source.shown, why: `not mended: ${fixed.failure}. That is a mistake of the rule's` });
  }
  return { source, text, linted, fixed, skipped };
}

function dockerfile(source: Source, rules: RulesAt, engine: TemplateEngine | "none" | undefined): Fixable {
  const read = (text: string) => readTemplate(toBytes(text), source.shown, engine);
  const { neighbours } = source;
  const surroundings = { neighbours, recipes, declared: rules.declared };
  return {
    lint: (text) => lintDockerfile(read(text), source, rules.ruleSet, surroundings),
    difference: (before, after, edits) => differenceBeyond(read(before), read(after), edits),
  };
}
