import { whatIs } from "../../migrate/ci/static-key-advice.ts";
import type { StaticKeyPlace } from "../../migrate/ci/static-key-place.ts";
import { staticKeysIn } from "../../migrate/ci/static-keys.ts";
import { buildsIn } from "../../workflow/build.ts";
import type { CiDocument, CiJob } from "../../workflow/document.ts";
import { isPlaceholder } from "../placeholder.ts";
import type { LintRule } from "../rule.ts";

export const ciStaticAwsKeys: LintRule = {
  id: "ci-static-aws-keys",
  severity: "warning",
  title: "A build gets static AWS keys where the job has an identity",
  docs: {
    what: "A job that builds images and hands static AWS keys on: as a variable, as a build's secret or argument, or to aws-actions/configure-aws-credentials. Keys of a session are not meant: those that the job had by its identity, and those that go with a session token; nor is a word such as `test`, as a service that only imitates AWS takes it. In a compose or bake file, which may be run where there is no identity, it is only noted.",
    why: "A static key is valid until somebody revokes it, for everybody who has it. A job's web identity is valid for minutes, for that job, and needs nothing stored.",
    example: `- uses: aws-actions/configure-aws-credentials@v4\n  with:\n    aws-access-key-id: \${{ secrets.AWS_ACCESS_KEY_ID }}\n    aws-secret-access-key: \${{ secrets.AWS_SECRET_ACCESS_KEY }}\n    aws-region: us-west-2\n- run: docker buildx build --secret id=key,env=AWS_ACCESS_KEY_ID --secret id=secret,env=AWS_SECRET_ACCESS_KEY .`,
    instead:
      "permissions:\n  id-token: write\n  contents: read\nsteps:\n  - uses: aws-actions/configure-aws-credentials@v4\n    with:\n      role-to-assume: arn:aws:iam::123456789012:role/ci\n      aws-region: us-west-2\n  # this alone, on a runner with a web identity of its own\n  - run: buildseal build --seal-with sccache .",
  },
  fix: "none",
  subject: "ci",
  *check({ document }) {
    if (document.kind === "github-action" || document.kind === "shell") return;
    const all = staticKeysIn(document);
    const places = all.filter(isReported);
    if (places.length === 0) return;
    const builds = new Set(buildsIn(document).map(({ job }) => job));
    const sessions = new Set<CiJob | undefined>(jobsOf(document).filter(hasSession));
    for (const { part, job } of all) if (part === "session") sessions.add(job);
    for (const place of places) {
      const { job } = place;
      if (job !== undefined && (!builds.has(job) || sessions.has(job))) continue;
      if (job === undefined && (builds.size === 0 || sessions.size > 0)) continue;
      yield {
        start: place.start,
        end: place.end,
        message: `A static AWS key for a build: ${whatIs(place)}`,
        remedy: remedyFor(place),
        severity: document.kind === "compose" || document.kind === "bake" ? "info" : "warning",
        key: place.name,
      };
    }
  },
};

/** One of a key's parts is enough; what a file only declares is for its callers to say. */
function isReported(place: StaticKeyPlace): boolean {
  if (place.part !== "secret") return false;
  switch (place.kind) {
    case "declared":
    case "assignment":
    case "passed":
    case "mention":
      return false;
    case "env":
    case "action-input":
      return mayBeKey(place.entry.value?.text);
    default:
      return true;
  }
}

/** What is written out is a key only where it is as long as one. */
function mayBeKey(value: string | undefined): boolean {
  return value === undefined || /[$[]/.test(value) || (/^[A-Za-z0-9/+]{40}$/.test(value) && !isPlaceholder(value));
}

function jobsOf(document: CiDocument): readonly CiJob[] {
  return document.kind === "github-workflow" || document.kind === "gitlab" ? document.jobs : [];
}

/** Its keys are those of a session that it had by its own identity. */
function hasSession(job: CiJob): boolean {
  return job.steps.some((step) => {
    const inputs = step.with.map(({ name }) => name.text);
    if (step.uses?.text.startsWith("aws-actions/configure-aws-credentials")) {
      return inputs.includes("role-to-assume") && !inputs.includes("aws-access-key-id");
    }
    return step.scripts.some(({ source }) => source.text.includes("assume-role-with-web-identity"));
  });
}

function remedyFor(place: StaticKeyPlace): string {
  if (place.kind === "action-input" && /configure-aws-credentials/.test(place.action)) {
    return "Write `role-to-assume: arn:aws:iam::ACCOUNT:role/ROLE` in the place of the keys, with `permissions: { id-token: write }` at the job; on a runner with a web identity of its own (IRSA) leave the step out";
  }
  return `Give the build the job's web identity: \`buildseal build --seal-with sccache\`; \`buildseal rewrite --migrate static-aws-keys\` shows the edit`;
}
