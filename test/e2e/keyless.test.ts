import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { searchImage } from "./image-content.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { type OidcIssuer, startOidcIssuer } from "./service/oidc-issuer.ts";
import { startPlatform } from "./service/platform-server.ts";
import { startTokenIssuer } from "./service/token-issuer.ts";
import { createObjection } from "./service/token-objection.ts";
import { watchValue } from "./value.ts";

let engine: Engine;
let issuer: OidcIssuer;
beforeAll(async () => {
  engine = await openEngine("new");
  issuer = await startOidcIssuer();
});
afterAll(async () => {
  await issuer.stop();
  await engine.stop();
});

/** Without what tells GitHub's runner which values to hide: it shows none of these lines. */
const withoutCommands = (output: string): string => output.replaceAll(/^::add-mask::.*\n/gm, "");

type Job = {
  /** The source's keys, for the server at this address. */
  readonly source: (url: string) => string;
  readonly lifeSeconds: number;
  readonly steps: number;
  readonly secondsEach: number;
  readonly variables?: Readonly<Record<string, string>>;
};

/** A GitHub job that builds; each step shows what it was given to who gave it, and then takes its time. */
async function build({ source, lifeSeconds, steps, secondsEach, variables = {} }: Job) {
  await using platform = await startPlatform({ issuer, lifeSeconds: 10, watch: watchValue });
  await using server = await startTokenIssuer({
    objection: createObjection(issuer.url),
    lifeSeconds,
    watch: watchValue,
  });
  const word = unique();
  const step = (_: unknown, at: number): string =>
    `RUN : show && wget -q -O - --header "Authorization: Bearer $(cat /run/secrets/given)" ${server.url}/show/${word}-${at} && sleep ${secondsEach}`;
  const project = await createProject({
    Dockerfile: `FROM buildseal/busybox\n${Array.from({ length: steps }, step).join("\n")}\n`,
    "buildseal.yaml": `version: 1
secrets: { given: { ${source(server.url)} } }
grants: [{ secret: given, steps: { run: ": show" } }]
`,
  });
  const image = `keyless:${word}`;
  const outcome: Outcome = await runBuildseal(["build", "--network=host", "-t", image, project.folder], {
    env: engine.env,
    variables: {
      GITHUB_ACTIONS: "true",
      GITHUB_REPOSITORY: "acme/app",
      GITHUB_EVENT_NAME: "push",
      GITHUB_API_URL: server.url,
      ACTIONS_ID_TOKEN_REQUEST_URL: `${platform.url}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: platform.right,
      ...variables,
    },
    report: true,
    searched: withoutCommands,
  });
  return { outcome, image, server, audiences: new Set(platform.audiences) };
}

// With BUILDSEAL_EXTENDED=1 over minutes.
const long =
  process.env["BUILDSEAL_EXTENDED"] === "1"
    ? { lifeSeconds: 60, steps: 6, secondsEach: 40 }
    : { lifeSeconds: 12, steps: 4, secondsEach: 5 };

describe.concurrent("a build that outlives what it was given several times over", () => {
  test("has a token of Hugging Face in each step, each for a fresh identity", async () => {
    const source = (url: string) => `from: huggingface, resource: acme/model, endpoint: "${url}"`;
    const { outcome, image, server, audiences } = await build({ ...long, source });
    expect(outcome.status, outcome.output).toBe(0);
    expect(server.shown.map(({ accepted }) => accepted)).toEqual(Array(long.steps).fill(true));
    expect(new Set(server.shown.map(({ id }) => id)).size).toBeGreaterThanOrEqual(3);
    expect(audiences).toEqual(new Set([server.url]));
    // nobody can take it back: its end is told
    expect(outcome.stderr).toMatch(/renewed +given \d times/);
    expect(await searchImage(engine, image)).toEqual([]);
  });

  test("has GitHub's by octo-sts, and all of them are revoked at the end", async () => {
    const source = (url: string) => `from: octo-sts, scope: acme/app, identityName: ci, endpoint: "${url}"`;
    const { outcome, image, server, audiences } = await build({ ...long, source });
    expect(outcome.status, outcome.output).toBe(0);
    expect(server.shown.map(({ accepted }) => accepted)).toEqual(Array(long.steps).fill(true));
    expect(new Set(server.shown.map(({ id }) => id)).size).toBeGreaterThanOrEqual(3);
    expect([server.issued() >= 3, server.kept()]).toEqual([true, 0]);
    expect(audiences).toEqual(new Set([new URL(server.url).host]));
    expect(await searchImage(engine, image)).toEqual([]);
  });
});

test("a job that octo-sts does not trust ends before the build begins, and is told what its token says", async () => {
  const source = (url: string) => `from: octo-sts, scope: acme/app, identityName: other, endpoint: "${url}"`;
  const { outcome, server } = await build({ source, lifeSeconds: 60, steps: 1, secondsEach: 0 });
  expect(outcome.status, outcome.output).toBe(2);
  expect(outcome.stderr).toContain(".github/chainguard/other.sts.yaml");
  expect(server.shown).toEqual([]);
});
