import { isHarmlessName } from "../../migrate/ci/harmless-name.ts";
import type { CiJob, CiStep, GithubWorkflow } from "../../workflow/document.ts";
import { expressionsIn } from "../../workflow/github/expression.ts";
import { headBuildIn } from "../../workflow/github/head-build.ts";
import { type ForeignEvent, keepsStrangersOut } from "../../workflow/github/pull-request.ts";
import type { LintRule, Problem } from "../rule.ts";

export const ciPullRequestTarget: LintRule = {
  id: "ci-pull-request-target",
  severity: "error",
  title: "A pull request's own code is built with the repository's secrets",
  docs: {
    what: "A job of `pull_request_target` or `workflow_run` that checks out the pull request's head, builds an image of it (by Docker, or by a program of the pull request's such as `make image`), and has secrets or may ask for an identity. Where a condition or an `environment:` stands before it or before a job that it needs, and for `workflow_run`, which may follow other events, it is a warning. A condition that keeps forks out is enough.",
    why: "These events run with the repository's secrets although the code is a stranger's: the Dockerfile of the pull request decides what runs, and can send every secret away.",
    example: `on: pull_request_target\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n        with:\n          ref: \${{ github.event.pull_request.head.sha }}\n      - run: docker build --secret id=npm-token,env=NPM_TOKEN .\n        env:\n          NPM_TOKEN: \${{ secrets.NPM_TOKEN }}`,
    instead:
      "on: pull_request\njobs:\n  image:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - run: docker build .",
  },
  fix: "none",
  subject: "ci",
  *check({ document }) {
    if (document.kind !== "github-workflow") return;
    const events = document.triggers.map(({ text }) => text).filter(isForeign);
    if (events.length === 0) return;
    const ofAll = secretIn(document.env.flatMap(({ value }) => value?.text ?? []));
    for (const job of document.jobs) {
      for (const event of events) {
        const problem = problemOf(document, job, event, ofAll);
        if (problem === undefined) continue;
        yield problem;
        break;
      }
    }
  },
};

function isForeign(trigger: string): trigger is ForeignEvent {
  return trigger === "pull_request_target" || trigger === "workflow_run";
}

/** @param ofAll the secret that every job has as a variable */
function problemOf(
  document: GithubWorkflow,
  job: CiJob,
  event: ForeignEvent,
  ofAll: string | undefined,
): Problem | undefined {
  if (keepsStrangersOut(job.condition?.text, event)) return undefined;
  const build = headBuildIn(document, job, event);
  if (build === undefined) return undefined;
  const power = ofAll ?? powerOf(job, build.steps);
  if (power === undefined) return undefined;
  const { from, program } = build;
  const isAsked = isGuarded(document, job) || isGuard(from.condition?.text);
  const mayBeOther = event === "workflow_run" && !/event[^&|]*==[^&|]*'pull_request/.test(job.condition?.text ?? "");
  return {
    start: from.start,
    end: from.end,
    message: `${event}: the job ${job.name.text} checks out the pull request's own code and ${program === undefined ? "builds it" : `runs its \`${program}\``}, with ${power}`,
    remedy:
      "Build pull requests on `pull_request`, which has no secrets for a fork; publish in another workflow, from what was reviewed",
    severity: isAsked || mayBeOther ? "warning" : "error",
    key: job.name.text,
  };
}

/** What a stranger's code would get of its job. */
function powerOf(job: CiJob, steps: readonly CiStep[]): string | undefined {
  const entries = [job.env, ...steps.flatMap((step) => [step.env, step.with])].flat();
  const secret = secretIn([
    ...entries.flatMap(({ value }) => value?.text ?? []),
    ...steps.flatMap((step) => step.scripts.map(({ source }) => source.text)),
  ]);
  return secret ?? (job.identity ? "`id-token: write`" : undefined);
}

/** The first secret that texts take. The token that every job has is not meant, and no user's name. */
function secretIn(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    if (!text.includes("secrets")) continue;
    const secret = expressionsIn(text)
      .flatMap(({ origins }) => origins)
      .find(
        ({ context, path: [name = ""] }) => context === "secrets" && name !== "GITHUB_TOKEN" && !isHarmlessName(name),
      );
    if (secret !== undefined) return ["secrets", ...secret.path.flatMap((part) => part ?? [])].join(".");
  }
  return undefined;
}

/** Whether somebody is asked, or something is looked at, before a job: itself, or one that it needs. */
function isGuarded(document: GithubWorkflow, job: CiJob): boolean {
  const jobs = jobsByName(document);
  // a set's own loop comes to what is added on the way
  const before = new Set([job]);
  for (const one of before) {
    if (one.environment !== undefined || isGuard(one.condition?.text)) return true;
    if (one !== job && one.steps.some(({ condition }) => isGuard(condition?.text))) return true;
    for (const name of one.needs) {
      const needed = jobs.get(name);
      if (needed !== undefined) before.add(needed);
    }
  }
  return false;
}

const indexes = new WeakMap<GithubWorkflow, ReadonlyMap<string, CiJob>>();

function jobsByName(document: GithubWorkflow): ReadonlyMap<string, CiJob> {
  let index = indexes.get(document);
  if (index === undefined) {
    index = new Map(document.jobs.map((job) => [job.name.text, job]));
    indexes.set(document, index);
  }
  return index;
}

/** Who may is asked: a label, an author, a repository that is the head's own; or what a job before found. */
function isGuard(condition: string | undefined): boolean {
  return /label|association|actor|login|sender|permission|member|review|approv|full_name|fork|\bneeds\s*[.[]/i.test(
    condition ?? "",
  );
}
