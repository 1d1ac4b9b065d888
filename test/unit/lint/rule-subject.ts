import { scanDockerfile, toText } from "../../../src/dockerfile/index.ts";
import { readTemplate } from "../../../src/dockerfile/template/read-template.ts";
import type { DockerfileRule, LintRule, Neighbours, Problem } from "../../../src/lint/rule.ts";
import { dockerfileSubject } from "../../../src/lint/subject.ts";
import { recipes } from "../../../src/recipe/recipes.ts";

export type Around = {
  readonly neighbours?: Neighbours;
  readonly declared?: readonly string[];
  readonly name?: string;
};

/** What one rule finds in a Dockerfile's text. */
export function problemsOf(rule: LintRule, text: string, around: Around = {}): Problem[] {
  const bytes = new TextEncoder().encode(text);
  const dockerfile = around.name === undefined ? scanDockerfile(bytes) : readTemplate(bytes, around.name);
  const subject = dockerfileSubject(dockerfile, {
    neighbours: around.neighbours ?? { dockerignore: undefined, exists: () => undefined },
    recipes,
    declared: new Set(around.declared),
  });
  return [...(rule as DockerfileRule).check(subject)];
}

/** The text with the first fix, and so on until there is none; no more than `most` times. */
export function fixed(rule: LintRule, text: string, most = 20): string {
  let now = text;
  for (let round = 0; round < most; round++) {
    const fix = problemsOf(rule, now).find((problem) => problem.fix !== undefined)?.fix;
    if (fix === undefined) return now;
    let raw = toText(new TextEncoder().encode(now));
    for (const { start, end, text: added } of fix.edits.toReversed())
      raw = raw.slice(0, start) + added + raw.slice(end);
    now = Buffer.from(raw, "latin1").toString("utf8");
  }
  throw new Error("the fixes do not come to an end");
}
