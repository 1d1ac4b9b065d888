import { namesImageBuild } from "../../workflow/image-name.ts";
import type { LintRule } from "../rule.ts";

export const ciSecretsInherit: LintRule = {
  id: "ci-secrets-inherit",
  severity: "warning",
  title: "A workflow that builds images gets all secrets",
  docs: {
    what: "`secrets: inherit` for a reusable workflow that builds or publishes images, as its name, the job's name or its inputs say. One of another repository is a warning, one of this repository is noted.",
    why: "Every step of that workflow, and of what it will call in the future, can read every secret of the repository and its organization, though a build needs one or two.",
    example: "jobs:\n  image:\n    uses: acme/ci/.github/workflows/docker-build.yml@v3\n    secrets: inherit",
    instead: `jobs:\n  image:\n    uses: acme/ci/.github/workflows/docker-build.yml@v3\n    secrets:\n      npm-token: \${{ secrets.NPM_TOKEN }}`,
  },
  fix: "none",
  subject: "ci",
  *check({ document }) {
    if (document.kind !== "github-workflow") return;
    for (const job of document.jobs) {
      const { inherit } = job.secrets;
      if (inherit === undefined || job.uses === undefined) continue;
      const called = job.uses.text;
      const names = [called.replace(/^.*\.(?:github|gitea|forgejo)\/workflows\//, ""), job.name.text];
      const inputs = job.with.map((entry) => entry.name.text);
      if (!names.some(namesImageBuild) && !inputs.some((name) => ofBuilds.test(name))) continue;
      const own = called.startsWith("./");
      yield {
        start: inherit.start,
        end: inherit.end,
        message: `Every secret of the repository goes to ${called.split("@", 1)[0]}, which builds images by its name or its inputs`,
        remedy: `Name those that it takes: \`secrets:\` with one \`NAME: \${{ secrets.NAME }}\` for each that its \`workflow_call\` declares`,
        severity: own ? "info" : "warning",
        key: job.name.text,
      };
    }
  },
};

// `image` and `container` as inputs name what the job runs in
const ofBuilds = /docker-?file|build[-_]?args?|image[-_]?(?:name|tag)s?$|buildx|\bbake\b|kaniko|buildah/i;
