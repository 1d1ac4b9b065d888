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

  test("a private repository's fork is one too, whatever its workflows may write", async () => {
    const event = pullRequest(
      { full_name: "member/app", private: true, fork: true },
      { full_name: "acme/app", private: true },
    );
    const rights = { ACTIONS_ID_TOKEN_REQUEST_TOKEN: "there", GITHUB_TOKEN: "there" };
    expect(await onGithub(event, rights)).toContain("member/app");
  });

  test("a comment on a pull request does not tell whose code is checked out, one on an issue needs no telling", async () => {
    const comment = { GITHUB_EVENT_NAME: "issue_comment" };
    expect(await onGithub({ issue: { pull_request: { url: "x" } } }, comment)).toBe(
      "this is GitHub's issue_comment event on a pull request, which does not tell whose code is checked out",
    );
    expect(await onGithub({ issue: { number: 1 } }, comment)).toBeUndefined();
  });

  test("a dispatch that brings a pull request along is compared like one", async () => {
    const dispatch = (payload: unknown) =>
      onGithub({ client_payload: payload }, { GITHUB_EVENT_NAME: "repository_dispatch" });
    expect(await dispatch({ pull_request: { head: { repo: { full_name: "stranger/app" } } } })).toContain(
      "stranger/app",
    );
    expect(await dispatch({ pull_request: { head: { repo: { full_name: "acme/app" } } } })).toBeUndefined();
    expect(await dispatch({ pull_request: {} })).toContain("a fork that is gone");
    expect(await dispatch({ ref: "main" })).toBeUndefined();
    expect(await dispatch({ pull_request: null })).toBeUndefined();
  });

  test("an event that starts by itself, by hand or in a merge queue is nobody's else", async () => {
    for (const name of ["schedule", "workflow_dispatch", "merge_group", "release", "push", ""]) {
      expect(await onGithub(undefined, { GITHUB_EVENT_NAME: name }), name).toBeUndefined();
    }
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

  test("GitLab's pipelines for a repository on GitHub name both", async () => {
    const external = (source: string) =>
      elsewhere({
        CI_EXTERNAL_PULL_REQUEST_IID: "7",
        CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY: source,
        CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY: "acme/app",
      });
    expect(await external("stranger/app")).toContain("stranger/app");
    expect(await external("acme/app")).toBeUndefined();
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
      "ssh://git@code.example:2222/acme/app.git/",
      "",
    ]) {
      expect(await on(same), same).toBeUndefined();
    }
    expect(await elsewhere({ BUILDKITE_PULL_REQUEST_REPO: "https://code.example/a/b" })).toBeDefined();
    expect(await on("https://code.example:8443/acme/app2")).toBeDefined();
    expect(await on("nonsense")).toBeDefined();
    expect(await on(`https://user:${"w".repeat(8)}@code.example/stranger/app`)).toBe(
      "this is Buildkite's build for a pull request from https://code.example/stranger/app",
    );
  });

  test("CircleCI's user of the pull request does", async () => {
    expect(await elsewhere({ CIRCLE_PR_USERNAME: "stranger" })).toContain("stranger");
    expect(await elsewhere({ CIRCLE_PR_USERNAME: "" })).toBeUndefined();
    expect(await elsewhere({ CIRCLE_PR_USERNAME: "stranger", CIRCLE_PR_REPONAME: "app" })).toContain("stranger/app");
    expect(await elsewhere({ CIRCLE_PR_NUMBER: "7" })).toContain("a fork");
    expect(await elsewhere({ CIRCLE_PULL_REQUEST: "https://code.example/acme/app/pull/7" })).toBeUndefined();
  });

  test("a machine that is no CI has no fork", async () => {
    expect(await elsewhere({})).toBeUndefined();
  });
});

describe("in doubt", () => {
  test("a pull request whose event cannot be read counts as a fork's", async () => {
    expect(await onGithub(undefined)).toContain("its file (GITHUB_EVENT_PATH) cannot be read");
    expect(await onGithub("{")).toContain("its file (GITHUB_EVENT_PATH) cannot be read");
  });

  test("so does what follows on an event that cannot be read, and what the platform did not tell", async () => {
    for (const name of ["workflow_run", "issue_comment", "repository_dispatch"]) {
      expect(await onGithub("[", { GITHUB_EVENT_NAME: name }), name).toContain("cannot be read");
    }
    expect(await onGithub({}, { GITHUB_EVENT_NAME: "workflow_run" })).toContain("does not tell");
    expect(await elsewhere({ CI_MERGE_REQUEST_IID: "7", CI_PROJECT_PATH: "acme/app" })).toContain("does not tell");
    expect(await elsewhere({ BUILDKITE_PULL_REQUEST: "7", BUILDKITE_REPO: "x" })).toContain("does not tell");
    expect(await elsewhere({ SYSTEM_PULLREQUEST_PULLREQUESTID: "7" })).toContain("does not tell");
    expect(await elsewhere({ ghprbPullId: "7", ghprbGhRepository: "acme/app" })).toContain("does not tell");
    expect(await elsewhere({ gitlabMergeRequestIid: "7" })).toContain("does not tell");
    expect(await elsewhere({ BUILDKITE_PULL_REQUEST: "false", BUILDKITE_PULL_REQUEST_REPO: "" })).toBeUndefined();
  });

  test("a name that would break a line or turn the text does not", async () => {
    const why = await elsewhere({ CHANGE_FORK: "a\n::error::b\u202e" });
    expect(why).toBe("this is Jenkins' build for a pull request from a?::error::b?");
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
    const own = { ghprbPullId: "7", ghprbGhRepository: "acme/app" };
    expect(await elsewhere({ ...own, ghprbAuthorRepoGitUrl: "https://code.example/acme/app.git" })).toBeUndefined();
    expect(await elsewhere({ ...own, ghprbAuthorRepoGitUrl: "https://code.example/x/app.git" })).toContain("x/app");
    const target = { gitlabMergeRequestIid: "7", gitlabTargetRepoHttpUrl: "https://code.example/acme/app.git" };
    const source = (url: string) => elsewhere({ ...target, gitlabSourceRepoHttpUrl: url });
    expect(await source("https://code.example/acme/app.git")).toBeUndefined();
    expect(await source("https://code.example/x/app.git")).toContain("x/app");
  });
});
