import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NotHere, SealError } from "../../../src/error.ts";
import { createChain, NoneApplies } from "../../../src/identity/chain.ts";
import type { Host } from "../../../src/identity/host.ts";
import type { Identity } from "../../../src/identity/identity.ts";
import { chainKinds, createProvider, type IdentityConfig } from "../../../src/identity/kind.ts";
import { answered, type FakeHost, fakeHost, inSeconds, makeJwt, printed, sealErrorOf } from "./fake-host.ts";

const hub = "https://huggingface.co";
const sts = "sts.amazonaws.com";
const chainOf = (host: Host) =>
  createChain(chainKinds.map((from) => createProvider(`identity-${from}`, { from }, host)));

/** A runner pod on EKS whose jobs are GitHub's. */
function runnerPod(more: Record<string, string> = {}): FakeHost {
  const path = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
  return fakeHost({
    environment: {
      GITHUB_ACTIONS: "true",
      GITHUB_EVENT_NAME: "push",
      AWS_WEB_IDENTITY_TOKEN_FILE: path,
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
      ...more,
    },
    files: { [path]: makeJwt({ aud: [sts] }) },
    answer: ({ url }) => answered(200, { value: makeJwt({ aud: new URL(url).searchParams.get("audience") }) }),
  });
}

const right = {
  ACTIONS_ID_TOKEN_REQUEST_URL: "https://t.example.com/?v=2",
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: "right",
};

describe("a GitHub job on a runner pod", () => {
  test("has the pod's role for AWS, and GitHub's token for everybody else", async () => {
    const provide = chainOf(runnerPod(right));
    expect(await provide({ audience: sts })).toMatchObject({ from: "irsa", audience: [sts] });
    expect(await provide({ audience: hub })).toMatchObject({ from: "github", audience: [hub] });
  });

  test("without `id-token: write` is told both halves: what the pod's token is for, and which permission is missing", async () => {
    const error = await sealErrorOf(chainOf(runnerPod())({ audience: hub }));
    expect(error.message).toContain(`for the audience "${sts}", and "${hub}" is wanted; github: the job has no`);
    expect(error.message).toContain("id-token: write");
    expect(error.message).not.toContain("GITLAB_CI");
  });

  test("ends where its own identity is set up wrongly, though another one would do", async () => {
    const error = await sealErrorOf(chainOf(runnerPod({ ...right, AWS_ROLE_ARN: "" }))({ audience: sts }));
    expect(error.message).toContain("but no role to assume with it");
  });
});

test("a laptop has no identity, and each kind says why in its own words", async () => {
  const none = (await chainOf(fakeHost())({ audience: sts })) as NoneApplies;
  expect(none).toBeInstanceOf(NoneApplies);
  expect(none.tried.map(({ from }) => from)).toEqual([...chainKinds]);
  expect(new Set(none.tried.map(({ reason }) => reason)).size).toBe(chainKinds.length);
  expect(none.tried.filter(({ isNear }) => isNear)).toEqual([]);
});

/** Every kind on its own platform, with one value in all the places where its platform has one. */
function everyKind(value: string, say: (text: string) => string): readonly [IdentityConfig, FakeHost][] {
  const files = { "/token": value };
  const host = (environment: Record<string, string>, more: Parameters<typeof fakeHost>[0] = {}) =>
    fakeHost({ environment, files, ...more });
  const outcome = printed("", 1, say(value));
  const github = { ACTIONS_ID_TOKEN_REQUEST_URL: "https://t.example.com/?v=2", ACTIONS_ID_TOKEN_REQUEST_TOKEN: value };
  const agent = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
  return [
    [
      { from: "irsa" },
      host({ AWS_WEB_IDENTITY_TOKEN_FILE: "/token", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/a" }),
    ],
    [{ from: "irsa" }, host({ AWS_WEB_IDENTITY_TOKEN_FILE: "/token", AWS_ROLE_ARN: value })],
    [
      { from: "pod-identity" },
      host({ [agent]: "http://169.254.170.23/x", AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: "/token" }),
    ],
    [{ from: "github" }, host(github, { answer: () => answered(401, { message: say(value) }) })],
    [{ from: "github" }, host(github, { answer: () => answered(200, { value }) })],
    [{ from: "github" }, host(github, { answer: () => answered(403, say(value)) })],
    [{ from: "gitlab", name: "T" }, host({ T: value })],
    [{ from: "gitlab" }, host({ GITLAB_CI: "true", CI_SERVER_URL: "https://issuer.example", T: value })],
    [{ from: "buildkite" }, host({ BUILDKITE: "true", BUILDKITE_AGENT_ACCESS_TOKEN: value }, { outcome })],
    [
      { from: "buildkite" },
      host({ BUILDKITE: "true", BUILDKITE_AGENT_ACCESS_TOKEN: "x" }, { outcome: printed(value) }),
    ],
    [{ from: "circleci" }, host({ CIRCLECI: "true", CIRCLE_OIDC_TOKEN_V2: value }, { outcome })],
    [{ from: "circleci" }, host({ CIRCLECI: "true", CIRCLE_OIDC_TOKEN_V2: value })],
    [{ from: "env", name: "T" }, host({ T: value })],
    [{ from: "file", path: "/token" }, host({})],
    [{ from: "exec", command: ["helper", value] }, host({ HELPER_TOKEN: value }, { outcome })],
    [{ from: "exec", command: ["helper", value] }, host({}, { outcome: printed(value) })],
  ];
}

/** Whether any 12 characters of the value stand in what people see of an answer. */
async function shows(value: string, config: IdentityConfig, host: FakeHost): Promise<boolean> {
  const answer: Identity | NotHere | SealError = await createProvider("t", config, host)
    .provide({ audience: sts })
    .catch((error: unknown) => {
      if (error instanceof SealError) return error;
      throw error;
    });
  const seen =
    answer instanceof SealError
      ? `${answer.message} ${answer.remedy} ${String(answer.cause ?? "")}`
      : JSON.stringify(answer instanceof NotHere ? answer.reason : answer);
  for (let at = 0; at + 12 <= value.length; at++) if (seen.includes(value.slice(at, at + 12))) return true;
  return false;
}

describe("no kind shows a value that it handled", () => {
  const saying = (value: string) => `refused: ${value} (Bearer ${value}) is not "${value}"\n${value}`;

  test.each([
    ["is a token", () => makeJwt()],
    ["is a token that is over", () => makeJwt({ exp: inSeconds(-9000) })],
    ["is a token for somebody else", () => makeJwt({ aud: "else" })],
    ["is no token", () => randomBytes(30).toString("base64url")],
    ["is hex", () => randomBytes(32).toString("hex")],
    ["has line breaks", () => `${randomBytes(20).toString("hex")}\n${randomBytes(20).toString("hex")}`],
  ])("that %s", async (_, make) => {
    const value = make();
    for (const [at, [config, host]] of everyKind(value, saying).entries()) {
      expect(await shows(value, config, host), `${config.from}, case ${at}`).toBe(false);
    }
  });

  test("whatever it looks like", async () => {
    const values = fc.stringMatching(/^[A-Za-z0-9+/=_.-]{24,60}$/).filter((value) => /\d/.test(value));
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const kinds = everyKind(value, saying);
        const shown = await Promise.all(kinds.map(([config, host]) => shows(value, config, host)));
        expect(shown.indexOf(true)).toBe(-1);
      }),
      { numRuns: 60 },
    );
  });
});
