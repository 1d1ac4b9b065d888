import { expect, test } from "vitest";
import { runnerLifeOf } from "../../../src/source/runner.ts";

const own = { GITHUB_ACTIONS: "true", RUNNER_ENVIRONMENT: "self-hosted" };

test.each([
  [{ RUNNER_ENVIRONMENT: "github-hosted", GITHUB_ACTIONS: "true" }, "ephemeral"],
  [{ ...own, RUNNER_EPHEMERAL: "true" }, "ephemeral"],
  [
    { ...own, RUNNER_EPHEMERAL: "false", GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT: "actions-runner-controller/0.27" },
    "kept",
  ],
  [{ ...own, EPHEMERAL: "1" }, "ephemeral"],
  [{ ...own, GITHUB_ACTIONS_RUNNER_EXTRA_USER_AGENT: "actions-runner-controller/0.12.1" }, "ephemeral"],
  [own, "unknown"],
  [{ GITHUB_ACTIONS: "true" }, "unknown"],
  [{}, undefined],
  [{ EPHEMERAL: "true" }, undefined],
])("whether a runner goes with its job is known as far as it can be (%#)", (environment, life) => {
  expect(runnerLifeOf(environment)).toBe(life);
});
