import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { hasImage } from "./docker.ts";
import { createGrantedBuild } from "./granted-build.ts";
import { searchImage } from "./image-content.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { type OidcIssuer, startOidcIssuer } from "./service/oidc-issuer.ts";
import { type ProjectedToken, startProjectedToken } from "./service/projected-token.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { watchValue } from "./value.ts";

/** Engine 26.1.5 with buildx 0.13.1: its own frontend refuses `env=` on a secret mount. */
let engine: Engine;
let registry: Registry;
let issuer: OidcIssuer;
let token: ProjectedToken;
beforeAll(async () => {
  engine = await openEngine("old");
  registry = await startRegistry();
  issuer = await startOidcIssuer();
  token = await startProjectedToken(
    watchValue(issuer.issue({ audience: "sts.amazonaws.com", subject: "system:serviceaccount:ci:runner" })),
  );
});
afterAll(async () => {
  await token.stop();
  await issuer.stop();
  await registry.stop();
  await engine.stop();
});

const place = () => ({ engine, base: "buildseal/busybox", flags: [] });
const identity = () => ({
  AWS_WEB_IDENTITY_TOKEN_FILE: token.file,
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/ci",
  AWS_REGION: "eu-west-1",
  SCCACHE_BUCKET: "compiled",
});

describe("an old engine", () => {
  test("is old indeed", () => expect(engine.serverVersion).toMatch(/^26\./));

  test("builds, masks, searches and tags", async () => {
    const { build, word } = await createGrantedBuild(place(), [
      "RUN granted && base64 $token && cat $token && sha256sum $token >/proof",
    ]);
    const outcome = await build(["-t", `old:${word}`]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.output).toContain("[secret token]");
    expect(await hasImage(engine, `old:${word}`)).toBe(true);
    expect(await searchImage(engine, `old:${word}`)).toEqual([]);
  });

  test("pushes a clean image, and nothing of one with a leak", async () => {
    const good = await createGrantedBuild(place(), ["RUN granted && sha256sum $token >/proof"]);
    const pushed = await good.build(["-t", `${registry.address}/old/${good.word}:1`, "--push"]);
    expect(pushed.status, pushed.output).toBe(0);
    expect(await registry.tags(`old/${good.word}`)).toEqual(["1"]);

    const bad = await createGrantedBuild(place(), ["RUN granted && cat $token >/left-behind"]);
    const refused = await bad.build(["-t", `${registry.address}/old/${bad.word}:1`, "--push"]);
    expect(refused.status, refused.output).toBe(3);
    expect(refused.stderr).toContain("left-behind");
    expect(await registry.tags(`old/${bad.word}`)).toEqual([]);
    expect(await hasImage(engine, `${registry.address}/old/${bad.word}:1`)).toBe(false);
  });

  test("gets sccache's grant as files, without a variable, and why is said", async () => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox
RUN : sccache ${unique()}; ! env | grep -E 'AWS|SCCACHE' && cat /root/.aws/config /root/.config/sccache/config
`,
    });
    const shown = await runBuildseal(["build", "--seal-with", "sccache", "--seal-print", project.folder], {
      env: engine.env,
      variables: identity(),
    });
    expect(shown.status, shown.output).toBe(0);
    expect(shown.stdout).toContain("as files");
    expect(shown.stdout).not.toMatch(/env=/);

    const outcome = await runBuildseal(["build", "--seal-with", "sccache", "--network=none", project.folder], {
      env: engine.env,
      variables: identity(),
    });
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.output).toContain("web_identity_token_file = /run/secrets/aws-identity-token");
    expect(outcome.output).toContain('bucket = "compiled"');
  });

  test("is asked for a newer frontend where only a variable will do, and that is said", async () => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox\nRUN : granted ${unique()}; test -n "$TOKEN"\n`,
      "buildseal.yaml": `version: 1
secrets: { token: { from: irsa } }
grants: [{ secret: token, field: token, steps: { run: granted }, as: { env: TOKEN } }]
`,
    });
    const shown = await runBuildseal(["build", "--seal-print", project.folder], {
      env: engine.env,
      variables: identity(),
    });
    expect(shown.status, shown.output).toBe(0);
    expect(shown.stdout).toContain("docker/dockerfile:1");
    expect(shown.stdout).toContain("BUILDKIT_SYNTAX");

    // No registry is in reach here that has it: Docker says so, after we said what we ask of it.
    const outcome = await runBuildseal(["build", "--network=none", project.folder], {
      env: engine.env,
      variables: identity(),
    });
    expect(outcome.status, outcome.output).toBe(1);
    expect(outcome.stderr).toMatch(/frontend docker\/dockerfile:1/);
  });
});
