import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { missingRole } from "../../../../src/cli/secret/missing-role.ts";
import { NotHere } from "../../../../src/error.ts";
import { chainKinds, createProvider } from "../../../../src/identity/kind.ts";
import { fakeHost, makeJwt } from "../../identity/fake-host.ts";

const otherwise = new NotHere("irsa: neither is set");

async function lackIn(environment: Record<string, string>) {
  const host = fakeHost({ environment });
  const lack = await missingRole(
    (one) => chainKinds.map((from) => createProvider(from, { from }, one)),
    host,
    otherwise,
  );
  expect([host.requests, host.commands]).toEqual([[], []]);
  return lack;
}

test("a job whose platform gives it an identity lacks a role, and nobody is asked to know it", async () => {
  const issuer = "https://gitlab.example";
  for (const [from, environment] of [
    [
      "github",
      {
        GITHUB_ACTIONS: "true",
        ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: randomBytes(20).toString("hex"),
      },
    ],
    ["gitlab", { GITLAB_CI: "true", CI_SERVER_URL: issuer, AWS_ID: makeJwt({ iss: issuer }) }],
    ["buildkite", { BUILDKITE: "true", BUILDKITE_AGENT_ACCESS_TOKEN: randomBytes(20).toString("hex") }],
    ["circleci", { CIRCLECI: "true" }],
  ] as const) {
    const { reason, remedy } = await lackIn(environment);
    expect(reason).toMatch(new RegExp(`^the job has an identity \\(${from}\\), and no role.*AWS_ROLE_ARN`));
    expect(remedy).toContain("AWS_ROLE_ARN");
  }
});

test("a job whose platform gives it none lacks what that says, first of all", async () => {
  const { reason } = await lackIn({ GITHUB_ACTIONS: "true" });
  expect(reason).toMatch(/^github: the job has no `permissions: id-token: write`.*; irsa: neither/);
  const half = await lackIn({ GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "https://token.example" });
  expect(half.reason).toMatch(/^github: ACTIONS_ID_TOKEN_REQUEST_URL is set, but /);
});

test("where no platform is here there is no web identity, and no more to be said", async () => {
  expect(await lackIn({})).toBe(otherwise);
});
