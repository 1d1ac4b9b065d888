import { describe, expect, test } from "vitest";
import { configSchema } from "../../../src/config/config.ts";
import { readDocument, readPlaced } from "../../../src/config/document.ts";
import { readDockerfile } from "../../../src/dockerfile/read.ts";
import { settingsOf } from "../../../src/dockerfile/settings.ts";
import { scriptsOf } from "../../../src/dockerfile/shell/scripts.ts";
import { stepsOf } from "../../../src/dockerfile/step.ts";
import type { Check } from "../../../src/doctor/check.ts";
import { configChecks } from "../../../src/doctor/policy/config-checks.ts";
import { broughtChecks, containerChecks, stepChecks } from "../../../src/doctor/policy/grant-checks.ts";
import { standingChecks } from "../../../src/doctor/policy/standing-checks.ts";
import { planGrants } from "../../../src/grant/plan.ts";
import type { Policy } from "../../../src/grant/policy.ts";
import { policySchema } from "../../../src/grant/policy-schema.ts";
import { readRequest } from "../../../src/grant/request.ts";
import { recipes } from "../../../src/recipe/recipes.ts";

const policyOf = async (text: string): Promise<Policy> => [
  { path: "policy.yaml", file: await readDocument("policy.yaml", `version: 1\n${text}`, policySchema) },
];

async function checksOf(config: string, policy: Policy, allowExec = false): Promise<Record<string, Check>> {
  const text = `version: 1\n${config}`;
  const { value, placeOf } = await readPlaced("buildseal.yaml", text, configSchema);
  const checks = configChecks(value, placeOf, { policy, allowExec });
  return Object.fromEntries(checks.map((check) => [check.id, check]));
}

describe("a configuration against a policy", () => {
  test("is told key by key, with its place", async () => {
    const config = `identities:
  ci: { from: env, name: CI_TOKEN }
secrets:
  a: { from: env, name: A }
  b: { from: file, path: /b }
`;
    const checks = await checksOf(config, await policyOf("identities: [irsa]\nsources: [env]"));
    expect(checks["identity.ci"]).toMatchObject({
      state: "error",
      where: { file: "buildseal.yaml", line: 3, column: 3 },
    });
    expect(checks["secret.a"]).toMatchObject({ state: "ok", where: { line: 5, column: 3 } });
    expect(checks["secret.b"]).toMatchObject({ state: "error", says: expect.stringContaining("policy.yaml") });
    for (const { state, remedy } of Object.values(checks)) expect(remedy !== undefined).toBe(state === "error");
  });

  test("may run a command only where that is said outside of it, as a source, an identity or where a key comes from", async () => {
    const config = `identities:
  sh: { from: exec, command: [op, whoami] }
secrets:
  a: { from: exec, command: [op, read, x] }
  b: { from: github-app, appId: 1, privateKey: { from: exec, command: [op, read, key] } }
`;
    const ids = ["identity.sh", "secret.a", "secret.b.privateKey"];
    const states = async (policy: Policy, allowExec?: boolean) => {
      const checks = await checksOf(config, policy, allowExec);
      return ids.map((id) => checks[id]?.state);
    };
    expect(await states([])).toEqual(["error", "error", "error"]);
    expect(await states([], true)).toEqual(["ok", "ok", "ok"]);
    expect(await states(await policyOf("sources: [github-app, { exec: [[op, read]] }]"))).toEqual([
      "error",
      "ok",
      "ok",
    ]);
    expect(await states(await policyOf("sources: [github-app, exec]"))).toEqual(["ok", "ok", "ok"]);
    expect(await states(await policyOf("sources: [github-app]"), true)).toEqual(["error", "error", "error"]);
  });

  test("sends credentials to built-in and listed hosts alone, and over https", async () => {
    const config = (url: string) => `secrets: { a: { from: huggingface, resource: a/b, endpoint: "${url}" } }\n`;
    const stateOf = async (url: string, policy: Policy = []) =>
      (await checksOf(config(url), policy))["secret.a.endpoint"];
    expect(await stateOf("https://huggingface.co")).toMatchObject({
      state: "ok",
      says: expect.stringContaining("built in"),
    });
    expect((await stateOf("http://127.0.0.1:1"))?.state).toBe("ok");
    const refused = await stateOf("https://hub.corp.example");
    expect(refused).toMatchObject({ state: "error", remedy: expect.stringContaining("hosts") });
    const listing = await policyOf('hosts: ["*.corp.example"]');
    expect(await stateOf("https://hub.corp.example", listing)).toMatchObject({
      state: "ok",
      says: expect.stringContaining("`hosts`"),
    });
    expect((await stateOf("http://hub.corp.example", listing))?.state).toBe("error");
  });

  test("may not use what is on the machine where no identity of that kind is allowed", async () => {
    const config = "secrets: { a: { from: aws-session, identity: ambient } }\n";
    expect((await checksOf(config, await policyOf("identities: [irsa]")))["secret.a.identity"]?.state).toBe("error");
    expect((await checksOf(config, await policyOf("identities: [ambient]")))["secret.a.identity"]?.state).toBe("ok");
  });

  test("cannot turn a required gate off, and is told what its rule for cached steps becomes", async () => {
    const checks = await checksOf(
      "scan: { mode: warn, cached: warn }\n",
      await policyOf("gate: required\ncached: refuse"),
    );
    expect(checks["gate.mode"]?.state).toBe("error");
    expect(checks["gate.cached"]).toMatchObject({ state: "none", says: expect.stringContaining("refuse") });
  });
});

describe("the steps of a Dockerfile against a policy", () => {
  const text = "FROM debian AS web\nRUN npm ci\n# buildseal: with=sccache\nRUN make\n";

  async function steps(policy: Policy) {
    const dockerfile = readDockerfile(new TextEncoder().encode(text));
    const entry = { secret: "npm-token", steps: { run: "npm ci" } };
    const plan = planGrants({
      displayName: "Dockerfile",
      steps: stepsOf(dockerfile),
      reached: () => true,
      settings: settingsOf(dockerfile),
      script: scriptsOf(dockerfile),
      host: (name) => (name === "SCCACHE_BUCKET" ? "cache" : undefined),
      envMounts: true,
      requests: [await readRequest(entry, () => "buildseal.yaml, grants[0]", recipes)],
      recipes,
      declared: new Set(["npm-token"]),
      userIds: new Set(),
      policy: [],
    });
    const ask = { policy, allowExec: false };
    return [...broughtChecks(plan, "Dockerfile", ask), ...stepChecks(plan, "Dockerfile", {}, ask)];
  }

  test("are told each with its line, by whom and whether it may", async () => {
    const allowing = await policyOf("grants: [{ secret: npm-token, steps: { run: ^npm } }]");
    expect((await steps(allowing)).filter(({ id }) => id.startsWith("grant."))).toMatchObject([
      { state: "ok", where: { file: "Dockerfile", line: 2 }, says: expect.stringContaining("grants[0]") },
      { state: "error", where: { file: "Dockerfile", line: 4 }, says: expect.stringContaining("recipe sccache") },
    ]);
    expect((await steps([])).map(({ state }) => state)).toEqual(["ok", "ok", "ok"]);
  });

  test("are told with the sources that recipes bring, and which nobody wrote down", async () => {
    const [brought] = await steps(await policyOf("sources: [env]"));
    expect(brought).toMatchObject({
      state: "error",
      where: { line: 4 },
      says: expect.stringContaining("brought by a recipe"),
    });
    const [byKind] = await steps(await policyOf("identities: [github]"));
    expect(byKind?.state).toBe("error");
  });
});

test("the container of `buildseal run` gets what no step or stage is named for", async () => {
  const entries = [
    { secret: "npm-token", container: true as const },
    { with: "sccache", container: true as const },
  ];
  const requests = await Promise.all(
    entries.map((entry, at) => readRequest(entry, () => `buildseal.yaml, grants[${at}]`, recipes)),
  );
  const text =
    "version: 1\ngrants:\n  - { secret: npm-token, container: true }\n  - { with: sccache, container: true }\n";
  const { placeOf } = await readPlaced("buildseal.yaml", text, configSchema);
  const states = async (policy: string) =>
    containerChecks(requests, placeOf, () => undefined, {}, { policy: await policyOf(policy), allowExec: false });
  expect(await states("grants: [{ secret: npm-token }]")).toMatchObject([
    { state: "ok", where: { line: 3 } },
    { state: "error", where: { line: 4 } },
  ]);
  expect(
    (await states("grants: [{ with: sccache }, { secret: npm-token, stages: [web] }]")).map(({ state }) => state),
  ).toEqual(["error", "ok"]);
});

test("what holds for every checkout is said, whatever it asks for", async () => {
  const says = standingChecks(await policyOf("builders: [ci]\ngate: required\nforks: read-only")).map(
    (check) => check.says,
  );
  expect(says.join("\n")).toMatch(/required by policy\.yaml[\s\S]*builders ci[\s\S]*narrowed to reading/);
  expect(standingChecks([]).every(({ state }) => state === "none")).toBe(true);
});
