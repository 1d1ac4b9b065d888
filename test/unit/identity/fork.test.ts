import { describe, expect, test } from "vitest";
import { forkOf } from "../../../src/identity/fork.ts";

const path = "/event.json";

/** GitHub's event of a pull request as its file holds it. */
async function onGithub(event: unknown, environment: Record<string, string> = {}): Promise<string | undefined> {
  const text = typeof event === "string" || event === undefined ? event : JSON.stringify(event);
  return forkOf(
    { GITHUB_EVENT_NAME: "pull_request", GITHUB_EVENT_PATH: path, GITHUB_REPOSITORY: "acme/app", ...environment },
    async (asked) => (asked === path ? text : undefined),
  );
}

const pullRequest = (head: unknown, base: unknown = { full_name: "acme/app" }) => ({
  pull_request: { head: { repo: head }, base: { repo: base } },
});
const elsewhere = (environment: Record<string, string>) => forkOf(environment, async () => undefined);

describe("on GitHub", () => {
  test("a pull request of another repository is a fork's, in every event that has one", async () => {
    const event = pullRequest({ full_name: "stranger/app" });
    expect(await onGithub(event)).toBe("this is GitHub's pull_request event for a pull request from stranger/app");
    expect(await onGithub(event, { GITHUB_EVENT_NAME: "pull_request_target" })).toContain("stranger/app");
    expect(await onGithub(event, { GITHUB_EVENT_NAME: "pull_request_review" })).toContain("stranger/app");
  });

  test("one of the same repository is not, nor a push", async () => {
    expect(await onGithub(pullRequest({ full_name: "acme/app" }))).toBeUndefined();
    expect(await onGithub(pullRequest({ full_name: "acme/app" }, null))).toBeUndefined();
    expect(await onGithub({ ref: "refs/heads/main" }, { GITHUB_EVENT_NAME: "push" })).toBeUndefined();
  });

  test("a fork that is gone is one all the same", async () => {
    expect(await onGithub(pullRequest(null))).toContain("a fork that is gone");
    expect(await onGithub({ pull_request: {} })).toContain("a fork that is gone");
  });

  test("a fork's own pull requests within itself are not a fork's", async () => {
    const event = pullRequest({ full_name: "me/app", fork: true }, { full_name: "me/app" });
    expect(await onGithub(event, { GITHUB_REPOSITORY: "me/app" })).toBeUndefined();
  });
});

describe("elsewhere", () => {
  test("GitLab's source project tells it", async () => {
    const target = { CI_MERGE_REQUEST_PROJECT_PATH: "acme/app" };
    expect(await elsewhere({ ...target, CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: "stranger/app" })).toContain(
      "stranger/app",
    );
    expect(await elsewhere({ ...target, CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: "acme/app" })).toBeUndefined();
    expect(
      await elsewhere({ CI_PROJECT_PATH: "acme/app", CI_MERGE_REQUEST_SOURCE_PROJECT_PATH: "acme/app" }),
    ).toBeUndefined();
    expect(await elsewhere({ CI_PROJECT_PATH: "acme/app" })).toBeUndefined();
  });

  test("Buildkite's repository of the pull request does, however its address is written", async () => {
    const on = (repository: string) =>
      elsewhere({ BUILDKITE_REPO: "git@code.example:acme/app.git", BUILDKITE_PULL_REQUEST_REPO: repository });
    expect(await on("https://code.example/stranger/app.git")).toContain("stranger/app");
    expect(await on("https://other.example/acme/app.git")).toContain("other.example");
    for (const same of [
      "git://code.example/acme/app.git",
      "https://code.example/acme/app",
      "https://user@code.example/ACME/app.git",
      "ssh://git@code.example/acme/app",
      "",
    ]) {
      expect(await on(same), same).toBeUndefined();
    }
    expect(await elsewhere({ BUILDKITE_PULL_REQUEST_REPO: "https://code.example/a/b" })).toBeDefined();
  });

  test("CircleCI's user of the pull request does", async () => {
    expect(await elsewhere({ CIRCLE_PR_USERNAME: "stranger" })).toContain("stranger");
    expect(await elsewhere({ CIRCLE_PR_USERNAME: "" })).toBeUndefined();
  });

  test("a machine that is no CI has no fork", async () => {
    expect(await elsewhere({})).toBeUndefined();
  });
});

describe("in doubt", () => {
  test("a pull request whose event cannot be read counts as a fork's", async () => {
    expect(await onGithub(undefined)).toContain("does not tell where its code is from");
    expect(await onGithub("{")).toContain("does not tell where its code is from");
  });

  test("a workflow that runs after a fork's pull request is a fork's too", async () => {
    const run = (event: string, repository: string) =>
      onGithub(
        { workflow_run: { event, head_repository: { full_name: repository } } },
        { GITHUB_EVENT_NAME: "workflow_run" },
      );
    expect(await run("pull_request", "stranger/app")).toContain("stranger/app");
    expect(await run("pull_request", "acme/app")).toBeUndefined();
    expect(await run("push", "stranger/app")).toBeUndefined();
  });

  test("Azure Pipelines and Jenkins say it by a variable", async () => {
    expect(await elsewhere({ SYSTEM_PULLREQUEST_ISFORK: "True" })).toContain("Azure");
    expect(await elsewhere({ SYSTEM_PULLREQUEST_ISFORK: "False" })).toBeUndefined();
    expect(await elsewhere({ CHANGE_FORK: "stranger" })).toContain("stranger");
  });
});
