import { describe, expect, test } from "vitest";
import { describeIdentity, meaningOf } from "../../../src/identity/describe.ts";
import { readGithubSubject } from "../../../src/identity/github-subject.ts";
import type { Identity } from "../../../src/identity/identity.ts";
import { identityFromToken } from "../../../src/identity/token.ts";
import { inSeconds, makeJwt, now } from "./fake-host.ts";

const remedy = { content: "", expired: "", audience: "" };

function identity(claims: Record<string, unknown>, more: Partial<Identity> = {}): Identity {
  const bytes = new TextEncoder().encode(makeJwt(claims));
  const reading = {
    name: "t",
    from: "github",
    place: "It",
    audiences: [],
    renewal: "mint",
    nowMs: now,
    remedy,
  } as const;
  return { ...(identityFromToken(bytes, reading) as Identity), ...more };
}

const told = (one: Identity, nowMs = now) =>
  Object.fromEntries(describeIdentity(one, nowMs).map(({ what, text }) => [what, text]));

describe("an identity in words", () => {
  test("is who the job is, for whom, from where and for how long", () => {
    const sub = "repo:acme/app:ref:refs/heads/main";
    expect(told(identity({ sub, iat: inSeconds(-60), exp: inSeconds(240) }))).toEqual({
      from: "GitHub Actions (github)",
      issuer: "https://issuer.example",
      audience: "sts.amazonaws.com",
      subject: sub,
      "which is": "the branch main of acme/app",
      life: "4 minutes of 5 minutes left (until 2026-03-01T12:04:00Z)",
      renewal: "asked for again whenever one is needed",
    });
  });

  test("has the role, the file and the agent, where there are any", () => {
    const facts = { roleArn: "arn:aws:iam::123456789012:role/ci", tokenFile: "/t", credentialsUri: "http://x/" };
    const lines = told(identity({}, { from: "irsa", renewal: "read", facts }));
    expect(lines).toMatchObject({ role: facts.roleArn, "token file": "/t", "taken by": "http://x/" });
    expect(lines["renewal"]).toContain("by others");
    expect(lines["which is"]).toBe("the service account runner of the namespace ci");
  });

  test("says what is not named, and that nothing renews what cannot be renewed", () => {
    const bare = { iss: undefined, sub: undefined, aud: undefined, exp: undefined, iat: undefined };
    const lines = told(identity(bare, { from: "gitlab", renewal: "never" }));
    expect(lines).toMatchObject({
      issuer: "none is named",
      audience: "none is named",
      subject: "none is named",
      life: "it names no end",
      renewal: "none within this job",
    });
    expect(lines["which is"]).toBeUndefined();
    expect(told(identity({}, { renewal: "never" }))["renewal"]).toContain("nothing can be renewed with it");
    expect(told(identity({}), now + 4_000_000)["life"]).toContain("over since");
  });

  test("holds no part of the token, and nothing that breaks a line", () => {
    const one = identity({ sub: "a\nb\u202ec" });
    const text = JSON.stringify(describeIdentity(one, now));
    expect(
      one.token
        .exposeText()
        .split(".")
        .some((part) => text.includes(part)),
    ).toBe(false);
    expect(told(one)["subject"]).toBe("a?b?c");
  });
});

describe("a subject in words", () => {
  test.each([
    ["repo:acme/app:pull_request", "a pull request of acme/app"],
    ["repo:acme/app:environment:prod eu", "the environment prod eu of acme/app"],
    ["repo:acme/app:ref:refs/tags/v1", "the tag v1 of acme/app"],
    ["repo:acme/app:ref:refs/pull/7/merge", "ref:refs/pull/7/merge of acme/app"],
    ["project_path:acme/lib/app:ref_type:branch:ref:feature/x", "the branch feature/x of acme/lib/app"],
    ["system:serviceaccount:ci:runner", "the service account runner of the namespace ci"],
    ["organization:acme:pipeline:app:ref:refs/heads/main:commit:1a:step:", "refs/heads/main of the pipeline acme/app"],
    ["org/o-1/project/p-1/user/u-1", "a job of the project p-1"],
    [
      "org/o-1/project/p-1/user/u-1/vcs-origin/code.example/acme/app/vcs-ref/refs/heads/main",
      "refs/heads/main of code.example/acme/app",
    ],
    ["repository_id:1:workflow:x", undefined],
    ["somebody", undefined],
  ])("%s", (subject, words) => expect(meaningOf(subject)).toBe(words));

  test("with ids says which trust policy does not match it", () => {
    expect(meaningOf("repo:acme@12/app@34:ref:refs/heads/main")).toBe(
      "the branch main of acme/app; with ids (acme@12/app@34): a trust policy for repo:acme/app:… does not match it",
    );
  });

  test("of GitHub's is read whole or not at all", () => {
    expect(readGithubSubject("repo:o@1/r.x@2:pull_request")).toEqual({
      repository: "o/r.x",
      withIds: "o@1/r.x@2",
      rest: "pull_request",
    });
    for (const other of ["repo:o@1/r:x", "repo:o/r", "repo:o/r:", "repo:o/r/s:x", "repo:o@x/r@y:z"]) {
      expect(readGithubSubject(other), other).toBeUndefined();
    }
  });
});
