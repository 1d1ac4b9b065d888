import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { type OidcIssuer, startOidcIssuer } from "./service/oidc-issuer.ts";
import { startProjectedToken } from "./service/projected-token.ts";
import { startTokenChecker, type TokenChecker } from "./token-checker.ts";
import { watchValue } from "./value.ts";

const audience = "sts.amazonaws.com";
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

const issue = (lifeSeconds: number): string =>
  watchValue(issuer.issue({ audience, subject: "system:serviceaccount:ci:runner", lifeSeconds }));

const config = `version: 1
secrets: { job: { from: irsa } }
grants: [{ secret: job, field: token, steps: { run: present } }]
`;

/** Each granted step shows its token to the checker as soon as it runs, and then takes its time. */
async function createPresenting(steps: number, secondsEach: number) {
  const word = unique();
  const step = (number: number): string =>
    `RUN : present && wget -q -O - --post-file /run/secrets/job-token ${checker.url}/${word}-${number} && sleep ${secondsEach}`;
  const project = await createProject({
    Dockerfile: `FROM buildseal/busybox\n${Array.from({ length: steps }, (_, at) => step(at + 1)).join("\n")}\n`,
    "buildseal.yaml": config,
  });
  return {
    presented: () => checker.checked.filter(({ step }) => step.startsWith(word)),
    build: (tokenFile: string): Promise<Outcome> =>
      runBuildseal(["build", "--network=host", project.folder], {
        env: engine.env,
        variables: { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci" },
        report: true,
      }),
  };
}

/** Builds while the token is swapped as the kubelet does it: with a fifth of its life left. */
async function buildWhileRotating(lifeSeconds: number, steps: number, secondsEach: number) {
  await using token = await startProjectedToken(issue(lifeSeconds));
  const { build, presented } = await createPresenting(steps, secondsEach);
  const rotating = setInterval(() => void token.rotate(issue(lifeSeconds)), lifeSeconds * 800);
  try {
    return { outcome: await build(token.file), presented: presented() };
  } finally {
    clearInterval(rotating);
    // A rotation that has begun ends before its folder goes.
    await sleep(100);
  }
}

describe.concurrent("a build that outlives its token", () => {
  // With BUILDSEAL_EXTENDED=1 as the first users run it: a token of a minute in a build of four.
  const [lifeSeconds, secondsEach] = process.env["BUILDSEAL_EXTENDED"] === "1" ? [60, 40] : [12, 4];

  test("gives each of its six granted steps a valid token", async () => {
    const { outcome, presented } = await buildWhileRotating(lifeSeconds, 6, secondsEach);
    expect(outcome.status, outcome.output).toBe(0);
    expect(presented).toHaveLength(6);
    expect(presented.filter(({ accepted }) => !accepted)).toEqual([]);
    expect(new Set(presented.map(({ id }) => id)).size).toBeGreaterThanOrEqual(3);
    expect(outcome.stderr).toMatch(/renew/i);
  });
});

describe.concurrent("a token file that changes while a step runs", () => {
  test("is in the next step's mount two seconds later", async () => {
    await using token = await startProjectedToken(issue(600));
    const { build, presented } = await createPresenting(2, 4);
    const building = build(token.file);
    await until(() => presented().length === 1);
    await sleep(1500);
    await token.rotate(issue(600));
    const outcome = await building;
    expect(outcome.status, outcome.output).toBe(0);
    const [first, second] = presented();
    expect(second?.id).not.toBe(first?.id);
  });
});

describe.concurrent("a renewal that fails", () => {
  test("is warned about while there is time, and the steps keep the old token", async () => {
    await using token = await startProjectedToken(issue(60));
    const { build, presented } = await createPresenting(2, 4);
    const building = build(token.file);
    await until(() => presented().length === 1);
    await token.rotate("this is no token");
    const outcome = await building;
    expect(outcome.status, outcome.output).toBe(0);
    expect(presented().filter(({ accepted }) => accepted)).toHaveLength(2);
    expect(outcome.stderr).toMatch(/job[\s\S]*renew|renew[\s\S]*job/i);
    expect(outcome.stderr).toMatch(/JWT/);
  });

  test("is made good by a later one", async () => {
    await using token = await startProjectedToken(issue(60));
    const { build, presented } = await createPresenting(2, 6);
    const building = build(token.file);
    await until(() => presented().length === 1);
    await token.rotate("");
    await sleep(1000);
    await token.rotate(issue(60));
    const outcome = await building;
    expect(outcome.status, outcome.output).toBe(0);
    expect(new Set(presented().map(({ id }) => id)).size).toBe(2);
  });

  test("ends the build with the step's name, once a step would get an expired token", async () => {
    await using token = await startProjectedToken(issue(15));
    const { build, presented } = await createPresenting(3, 18);
    const outcome = await build(token.file);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(/job .*expired/);
    expect(outcome.stderr).toMatch(/The step stage 0 RUN 2: .*: present.* began when the secret job had been expired/);
    expect(presented().filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(presented().map(({ step }) => step.at(-1))).not.toContain("3");
  });
});

async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error("the first step did not present its token in time");
    await sleep(50);
  }
}
