import { buildsIn } from "../../workflow/build.ts";
import type { CiDocument, CiEntry, CiStep } from "../../workflow/document.ts";
import { expressionsIn } from "../../workflow/github/expression.ts";
import { placeOf, type SourcedText } from "../../workflow/sourced-text.ts";
import type { LintRule } from "../rule.ts";

export const ciAllSecrets: LintRule = {
  id: "ci-all-secrets",
  severity: "error",
  title: "All secrets at once, as one text",
  docs: {
    what: "`toJSON(secrets)` in an environment, a command or an action's input. It is an error in a job that builds images, else a warning.",
    why: "One variable then holds every secret of the repository, and whatever prints, keeps or sends it gives away all. GitHub masks each secret's own text, but not parts of the JSON that has them escaped.",
    example: `env:\n  ALL_SECRETS: \${{ toJSON(secrets) }}`,
    instead: `env:\n  NPM_TOKEN: \${{ secrets.NPM_TOKEN }}`,
  },
  fix: "none",
  subject: "ci",
  *check({ document }) {
    const building = new Set(buildsIn(document).map(({ job }) => job));
    for (const { text, name, builds } of textsOf(document, building)) {
      if (!text.text.includes("secrets")) continue;
      for (const { start, end, origins } of expressionsIn(text.text)) {
        if (!origins.some(({ context, path }) => context === "secrets" && path.length === 0)) continue;
        yield {
          ...placeOf(text, start, end),
          message: `${name} holds every secret of the repository`,
          remedy: `Name the secrets that are needed, one by one: \`NAME: \${{ secrets.NAME }}\`; a build takes each by \`--secret id=name,env=NAME\``,
          severity: builds ? "error" : "warning",
          key: name,
        };
      }
    }
  },
};

type Named = { readonly text: SourcedText; readonly name: string; readonly builds: boolean };

function* textsOf(document: CiDocument, building: ReadonlySet<unknown>): Iterable<Named> {
  if (document.kind === "github-action") {
    for (const step of document.steps) yield* ofStep(step, building.size > 0);
  }
  if (document.kind !== "github-workflow") return;
  yield* ofEntries(document.env, "The variable", building.size > 0);
  for (const job of document.jobs) {
    const builds = building.has(job);
    yield* ofEntries(job.env, "The variable", builds);
    yield* ofEntries(job.with, "The input", builds);
    yield* ofEntries(job.secrets.entries, "The secret", builds);
    for (const step of job.steps) yield* ofStep(step, builds);
  }
}

function* ofStep(step: CiStep, builds: boolean): Iterable<Named> {
  yield* ofEntries(step.env, "The variable", builds);
  yield* ofEntries(step.with, "The input", builds);
  for (const { source: text } of step.scripts) yield { text, name: "The command", builds };
}

function* ofEntries(entries: readonly CiEntry[], what: string, builds: boolean): Iterable<Named> {
  for (const { name, value: text } of entries) {
    if (text !== undefined) yield { text, name: `${what} ${name.text}`, builds };
  }
}
