import { buildsIn, commandsIn } from "../../workflow/build.ts";
import type { CiEntry, CiJob, CiStep, GithubWorkflow } from "../../workflow/document.ts";
import { expressionsIn, originsIn } from "../../workflow/github/expression.ts";
import type { LintRule } from "../rule.ts";

export const ciPullRequestTarget: LintRule = {
  id: "ci-pull-request-target",
  severity: "error",
  title: "A pull request's own code is built with the repository's secrets",
  docs: {
    what: "A job of `pull_request_target` or `workflow_run` that checks out the pull request's head, builds an image of it, and has secrets or may ask for an identity. Where a condition or an environment stands before it, it is a warning.",
    why: "These events run with the repository's secrets although the code is a stranger's: the Dockerfile of the pull request decides what runs, and can send every secret away.",
    example: `on: pull_request_target\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}\n      - run: docker build --secret id=npm-token,env=NPM_TOKEN .\n        env:\n          NPM_TOKEN: \${{ secrets.NPM_TOKEN }}`,
    instead:
      "on: pull_request\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: docker build .",
  },
  fix: "none",
  subject: "ci",
  *check({ document }) {
    if (document.kind !== "github-workflow") return;
    const trigger = document.triggers.find(({ text }) => text === "pull_request_target" || text === "workflow_run");
    if (trigger === undefined) return;
    const builds = [...buildsIn(document), ...bakesIn(document)];
    for (const job of document.jobs) {
      const checkout = job.steps.findIndex(takesHead);
      if (checkout < 0) continue;
      const step = job.steps[checkout]!;
      const later = builds.some((build) => build.job === job && build.start >= step.start);
      const what = later ? powerOf(document, job) : undefined;
      if (what === undefined) continue;
      const guarded = isGuard(job.condition?.text) || isGuard(step.condition?.text);
      yield {
        start: step.start,
        end: step.end,
        message: `${trigger.text}: the job ${job.name.text} checks out the pull request's own code and builds it, with ${what}`,
        remedy:
          "Build pull requests on `pull_request`, which has no secrets for a fork; publish in another workflow, from what was reviewed",
        severity: guarded ? "warning" : "error",
        key: job.name.text,
      };
    }
  },
};

/** `docker buildx bake`: what it builds stands in the head's own files. */
function bakesIn(document: GithubWorkflow): { readonly job: CiJob | undefined; readonly start: number }[] {
  return commandsIn(document)
    .filter(({ command }) => command.verb === "bake")
    .map(({ job, command }) => ({ job, start: command.span.start }));
}

const head = /pull_request\.head\b|head_ref\b|head_sha\b|head_branch\b|refs\/pull\//;

function takesHead(step: CiStep): boolean {
  if (/^actions\/checkout(?:@|$)/.test(step.uses?.text ?? "")) {
    return step.with.some(({ name, value }) => /^(?:ref|repository)$/.test(name.text) && head.test(value?.text ?? ""));
  }
  return step.scripts.some(({ source }) =>
    /\bgh[ \t]+pr[ \t]+checkout\b|\bgit[ \t]+fetch\b[^\n]*\bpull\//.test(source.text),
  );
}

/** What a stranger's code would get. The token that every job has is not meant. */
function powerOf(document: GithubWorkflow, job: CiJob): string | undefined {
  const entries = [document.env, job.env, ...job.steps.flatMap((step) => [step.env, step.with])].flat();
  const texts = [
    ...entries.flatMap((entry: CiEntry) => entry.value?.text ?? []),
    ...job.steps.flatMap((step) => step.scripts.map(({ source }) => source.text)),
  ];
  for (const text of texts) {
    if (!text.includes("secrets")) continue;
    const secret = expressionsIn(text)
      .flatMap(({ origins }) => origins)
      .find(({ context, path }) => context === "secrets" && path[0] !== "GITHUB_TOKEN");
    if (secret !== undefined) return ["secrets", ...secret.path.flatMap((part) => part ?? [])].join(".");
  }
  return job.identity ? "`id-token: write`" : undefined;
}

/** Who may is asked: a label, an author, a repository that is the head's own. */
function isGuard(condition: string | undefined): boolean {
  if (condition === undefined) return false;
  if (/label|author_association|actor|full_name|fork/.test(condition)) return true;
  return originsIn(condition.replace(/^\$\{\{|\}\}$/g, "")).some(({ context }) => context === "needs");
}
