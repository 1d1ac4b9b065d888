import { describe, expect, test } from "vitest";
import { runnerCheck } from "../../../src/doctor/runner.ts";

const machine = { isContainer: false };

const cases: readonly (readonly [string, Record<string, string>, string])[] = [
  ["GitHub's own", { GITHUB_ACTIONS: "true", RUNNER_ENVIRONMENT: "github-hosted" }, "ok"],
  ["a self-hosted GitHub runner", { GITHUB_ACTIONS: "true", RUNNER_ENVIRONMENT: "self-hosted" }, "warning"],
  [
    "a self-hosted GitHub runner that is set up to go",
    { GITHUB_ACTIONS: "true", RUNNER_ENVIRONMENT: "self-hosted", RUNNER_EPHEMERAL: "true" },
    "ok",
  ],
  [
    "a GitHub runner in a pod",
    { GITHUB_ACTIONS: "true", RUNNER_ENVIRONMENT: "self-hosted", KUBERNETES_SERVICE_HOST: "10.0.0.1" },
    "ok",
  ],
  ["a GitLab job with an environment of its own", { GITLAB_CI: "true", CI_DISPOSABLE_ENVIRONMENT: "true" }, "ok"],
  ["a GitLab shell runner", { GITLAB_CI: "true", CI_SHARED_ENVIRONMENT: "true" }, "warning"],
  ["a hosted Buildkite agent", { BUILDKITE: "true", BUILDKITE_COMPUTE_TYPE: "hosted" }, "ok"],
  ["a Buildkite agent of one's own", { BUILDKITE: "true", BUILDKITE_COMPUTE_TYPE: "self-hosted" }, "warning"],
  ["some CI job", { CI: "true" }, "warning"],
  ["a laptop", {}, "none"],
];

describe("the runner", () => {
  test.each(cases)("%s is told by what its platform says", (_, environment, state) => {
    expect(runnerCheck(environment, machine).state).toBe(state);
  });

  test("has a remedy wherever it is a warning", () => {
    for (const [, environment] of cases) {
      const check = runnerCheck(environment, machine);
      expect(check.remedy !== undefined, check.says).toBe(check.state === "warning");
    }
  });
});
