import type { LintRule } from "../rule.ts";

export const unreadableCiFile: LintRule = {
  id: "unreadable-ci-file",
  severity: "warning",
  title: "A CI file cannot be read",
  fix: "none",
  subject: "ci",
  docs: {
    what: "A workflow, a GitLab pipeline, a compose or bake file that is no valid YAML, HCL or JSON where the message says so. Files without any word about containers or secrets are not opened so far.",
    why: "Who runs it will refuse it too. What stands there was looked at by no rule, so an empty list says nothing about it.",
    example: "jobs:\n  image:\n    steps:\n      - run: docker build .\n     - run: docker push acme/app",
    instead: "jobs:\n  image:\n    steps:\n      - run: docker build .\n      - run: docker push acme/app",
  },
  *check({ document: { problem } }) {
    if (problem === undefined) return;
    yield {
      start: problem.start,
      end: problem.end,
      message: `The file cannot be read: ${problem.message}`,
      remedy: "Correct it; what is around here was not looked at.",
    };
  },
};
