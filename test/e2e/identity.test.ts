import { chmod } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { type OidcIssuer, startOidcIssuer } from "./service/oidc-issuer.ts";
import { buildkiteAgent, type PlatformServer, startPlatform } from "./service/platform-server.ts";
import { startTokenChecker, type TokenChecker } from "./token-checker.ts";
import { watchValue } from "./value.ts";

const audience = "https://vault.example.com";
let engine: Engine;
let issuer: OidcIssuer;
let checker: TokenChecker;
beforeAll(async () => {
  engine = await openEngine("new");
  issuer = await startOidcIssuer();
  checker = await startTokenChecker(issuer.url, audience);
});
afterAll(async () => {
  await checker.stop();
  await issuer.stop();
  await engine.stop();
});

/** Without what tells GitHub's runner which values to hide: it shows none of these lines. */
const withoutCommands = (output: string): string => output.replaceAll(/^::add-mask::.*\n/gm, "");

/** A build whose steps show the job's token for one audience to somebody who verifies it, and then take their time. */
async function createJob(given: { steps?: number; secondsEach?: number; identities?: string; identity?: string } = {}) {
  const { steps = 1, secondsEach = 0, identities = "{}", identity = "" } = given;
  const word = unique();
  const step = (number: number): string =>
    `RUN : present && wget -q -O - --post-file /run/secrets/job ${checker.url}/${word}-${number} && sleep ${secondsEach}`;
  const project = await createProject({
    Dockerfile: `FROM buildseal/busybox\n${Array.from({ length: steps }, (_, at) => step(at + 1)).join("\n")}\n`,
    "buildseal.yaml": `version: 1
identities: ${identities}
secrets: { job: { from: identity, audience: "${audience}"${identity} } }
grants: [{ secret: job, steps: { run: present } }]
`,
  });
  return {
    project,
    presented: () => checker.checked.filter(({ step: name }) => name.startsWith(word)),
    build: (variables: Record<string, string>): Promise<Outcome> =>
      runBuildseal(["build", "--network=host", project.folder], {
        env: engine.env,
        variables,
        report: true,
        searched: withoutCommands,
      }),
  };
}

const onGithub = (platform: PlatformServer) => ({
  GITHUB_ACTIONS: "true",
  GITHUB_REPOSITORY: "acme/app",
  GITHUB_EVENT_NAME: "push",
  ACTIONS_ID_TOKEN_REQUEST_URL: `${platform.url}/idtoken?api-version=2.0`,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: platform.right,
});
const startUsual = (lifeSeconds = 300) => startPlatform({ issuer, lifeSeconds, watch: watchValue });

describe.concurrent("a GitHub job", () => {
  test("whose build outlives its token several times over gives each step a valid one", async () => {
    await using platform = await startUsual(12);
    const { build, presented } = await createJob({ steps: 6, secondsEach: 4 });
    const outcome = await build(onGithub(platform));
    expect(outcome.status, outcome.output).toBe(0);
    expect(presented()).toHaveLength(6);
    expect(presented().filter(({ accepted }) => !accepted)).toEqual([]);
    expect(new Set(presented().map(({ id }) => id)).size).toBeGreaterThanOrEqual(3);
    expect(new Set(platform.audiences)).toEqual(new Set([audience]));
  });

  test("for a fork's pull request asks for no token, though it could have one", async () => {
    await using platform = await startUsual();
    const { build, presented, project } = await createJob();
    const repo = (name: string) => ({ repo: { full_name: name } });
    const event = { pull_request: { head: repo("stranger/app"), base: repo("acme/app") } };
    const file = await project.write("event.json", JSON.stringify(event));
    for (const name of ["pull_request", "pull_request_target"]) {
      const outcome = await build({ ...onGithub(platform), GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: file });
      expect(outcome.status, outcome.output).toBe(2);
      expect(outcome.stderr).toContain(`this is GitHub's ${name} event for a pull request from stranger/app`);
    }
    expect(presented()).toEqual([]);
    expect(platform.audiences).toEqual([]);
  });

  test("that may not ask is told which permission is missing", async () => {
    const { build } = await createJob();
    const outcome = await build({ GITHUB_ACTIONS: "true", GITHUB_REPOSITORY: "acme/app", GITHUB_EVENT_NAME: "push" });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain("There is no identity for secret job: github: the job has no `permissions:");
  });

  test("that GitHub refuses is told so, without what it asked with, though the answer repeats that", async () => {
    await using platform = await startUsual();
    const { build } = await createJob();
    const wrong = watchValue(`wrong${platform.right.slice(5).split("").reverse().join("")}`);
    const outcome = await build({ ...onGithub(platform), ACTIONS_ID_TOKEN_REQUEST_TOKEN: wrong });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(/GitHub gave no identity token: 127\.0\.0\.1:\d+ answered with status 401/);
  });
});

describe.concurrent("a Buildkite job", () => {
  test("asks its agent, which has the job's environment, for a token of the life that is configured", async () => {
    await using platform = await startUsual();
    const identities = "{ ci: { from: buildkite, lifetimeSeconds: 120 } }";
    const { build, presented, project } = await createJob({ identities, identity: ", identity: ci" });
    await chmod(await project.write("bin/buildkite-agent", buildkiteAgent(process.execPath)), 0o755);
    const environment = {
      BUILDKITE: "true",
      BUILDKITE_JOB_ID: "job-1",
      BUILDKITE_AGENT_ENDPOINT: `${platform.url}/v3`,
      BUILDKITE_AGENT_ACCESS_TOKEN: platform.right,
      PATH: `${project.path("bin")}:${engine.env["PATH"]}`,
    };
    const outcome = await build(environment);
    expect(outcome.status, outcome.output).toBe(0);
    expect(presented().map(({ accepted, lifeLeft }) => [accepted, lifeLeft > 60 && lifeLeft <= 120])).toEqual([
      [true, true],
    ]);
    const refused = await build({ ...environment, BUILDKITE_AGENT_ACCESS_TOKEN: watchValue(`no${platform.right}`) });
    expect(refused.status, refused.output).toBe(2);
    expect(refused.stderr).toContain('The command "buildkite-agent" failed with status 1; it said: fatal: 401 for');
  });
});

describe.concurrent("a GitLab job", () => {
  const token = (wanted: string) =>
    watchValue(issuer.issue({ audience: wanted, subject: "project_path:acme/app:ref_type:branch:ref:main" }));
  const job = () => ({ GITLAB_CI: "true", CI_SERVER_URL: issuer.url, CI_PROJECT_PATH: "acme/app" });

  test("has the token of `id_tokens:` for the audience", async () => {
    const { build, presented } = await createJob();
    const outcome = await build({ ...job(), AWS_ID_TOKEN: token("sts.amazonaws.com"), ANY_NAME: token(audience) });
    expect(outcome.status, outcome.output).toBe(0);
    expect(presented().map(({ accepted }) => accepted)).toEqual([true]);
  });

  test("is told for whom its tokens are, where none is for the audience", async () => {
    const { build } = await createJob();
    const outcome = await build({ ...job(), AWS_ID_TOKEN: token("sts.amazonaws.com") });
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toContain('AWS_ID_TOKEN for "sts.amazonaws.com"');
    expect(outcome.stderr).toContain(`\`id_tokens: { NAME: { aud: ${audience} } }\``);
  });
});
