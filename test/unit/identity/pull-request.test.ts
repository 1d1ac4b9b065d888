import { expect, test } from "vitest";
import { isPullRequest } from "../../../src/identity/pull-request.ts";

const on = (environment: Record<string, string>, event?: unknown) =>
  isPullRequest({ GITHUB_EVENT_PATH: "/event.json", GITHUB_REPOSITORY: "acme/app", ...environment }, async () =>
    event === undefined ? undefined : JSON.stringify(event),
  );

test.each([
  { GITHUB_EVENT_NAME: "pull_request" },
  { GITHUB_EVENT_NAME: "pull_request_target" },
  { CI_MERGE_REQUEST_IID: "7" },
  { CI_EXTERNAL_PULL_REQUEST_IID: "7" },
  { BUILDKITE_PULL_REQUEST: "7" },
  { CIRCLE_PULL_REQUEST: "https://code.example/acme/app/pull/7" },
  { CIRCLE_PR_NUMBER: "7" },
  { SYSTEM_PULLREQUEST_PULLREQUESTID: "7" },
  { CHANGE_ID: "PR-7" },
  { ghprbPullId: "7" },
  { gitlabMergeRequestIid: "7" },
  { BITBUCKET_PR_ID: "7" },
])("%o is a pull request's", async (environment) => {
  expect(await on(environment as Record<string, string>)).toBe(true);
});

test.each([
  {},
  { GITHUB_EVENT_NAME: "push" },
  { GITHUB_EVENT_NAME: "schedule" },
  { BUILDKITE_PULL_REQUEST: "false" },
  { CI_MERGE_REQUEST_IID: "" },
])("%o is not", async (environment) => {
  expect(await on(environment as Record<string, string>)).toBe(false);
});

test("what runs after a pull request's workflow runs for it, what runs after a push does not", async () => {
  const after = (event: string) =>
    on({ GITHUB_EVENT_NAME: "workflow_run" }, { workflow_run: { event, head_repository: { full_name: "acme/app" } } });
  expect(await after("pull_request")).toBe(true);
  expect(await after("push")).toBe(false);
});
