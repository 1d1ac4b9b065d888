import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { tokenConfig } from "./granted-build.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { createValue } from "./value.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

/** Builds a granted step under a policy from outside the checkout. */
async function build(policy: string | undefined, config = tokenConfig, args: readonly string[] = []): Promise<Outcome> {
  const project = await createProject({
    Dockerfile: `FROM buildseal/busybox AS only\nRUN : granted ${unique()}\n`,
    "buildseal.yaml": config,
  });
  const outside = await createProject(policy === undefined ? {} : { "policy.yaml": `version: 1\n${policy}\n` });
  return runBuildseal(["build", "--network=none", ...args, project.folder], {
    env: engine.env,
    variables: {
      JOB_TOKEN: createValue(),
      ...(policy === undefined ? {} : { BUILDSEAL_POLICY: outside.path("policy.yaml") }),
    },
  });
}

const scanOff = `${tokenConfig}scan: { mode: "off" }\n`;
const byCommand = (word: string): string => `version: 1
secrets: { token: { from: exec, command: [echo, ${word}-made-by-a-command] } }
grants: [{ secret: token, steps: { run: granted } }]
`;

const refusals: readonly {
  readonly what: string;
  readonly policy: string;
  readonly config?: string;
  readonly args?: readonly string[];
  readonly says: RegExp;
}[] = [
  {
    what: "a scan that a flag turns off",
    policy: "gate: required",
    args: ["--seal-scan=off"],
    says: /gate is required/,
  },
  {
    what: "a scan that a flag makes a warning",
    policy: "gate: required",
    args: ["--seal-scan=warn"],
    says: /gate is required/,
  },
  { what: "a scan that the checkout turns off", policy: "gate: required", config: scanOff, says: /gate is required/ },
  { what: "a kind of source", policy: "sources: [irsa]", says: /source `env`/ },
  { what: "a secret for a stage", policy: "grants: [{ secret: token, stages: [other] }]", says: /may not go to/ },
  { what: "a secret altogether", policy: "grants: []", says: /may not go to/ },
  { what: "a builder", policy: "builders: [production]", says: /builder default/ },
  {
    what: "a builder to a build without secrets and without a scan",
    policy: "builders: [production]",
    config: "version: 1\n",
    args: ["--seal-scan=off"],
    says: /builder default/,
  },
];

describe("a policy from outside the checkout", () => {
  test.each(refusals)("forbids $what, before anything is built", async ({ policy, config, args, says }) => {
    const outcome = await build(policy, config, args);
    expect(outcome.status, outcome.output).toBe(2);
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stderr).toContain("policy.yaml");
    expect(outcome.output).not.toContain("[internal]");
  });

  test("that allows all of it lets the build through", async () => {
    const outcome = await build("gate: required\nsources: [env]\ngrants: [{ secret: token, stages: [only] }]");
    expect(outcome.status, outcome.output).toBe(0);
  });

  test("that cannot be read stops the build", async () => {
    const project = await createProject({ Dockerfile: "FROM scratch\n" });
    const missing = { env: engine.env, variables: { BUILDSEAL_POLICY: "/nowhere/policy.yaml" } };
    expect((await runBuildseal(["build", project.folder], missing)).status).toBe(2);
    const wrong = await build("gates: required");
    expect(wrong.status, wrong.output).toBe(2);
    expect(wrong.stderr).toContain("Did you mean `gate`?");
  });
});

describe("a checkout", () => {
  test("cannot run a command to get a secret, unless that is said from outside it", async () => {
    const refused = await build(undefined, byCommand(unique()));
    expect(refused.status, refused.output).toBe(2);
    expect(refused.stderr).toContain("--seal-allow exec");

    const byFlag = await build(undefined, byCommand(unique()), ["--seal-allow", "exec"]);
    expect(byFlag.status, byFlag.output).toBe(0);
    const byPolicy = await build("sources: [{ exec: [[echo]] }]", byCommand(unique()));
    expect(byPolicy.status, byPolicy.output).toBe(0);
    const another = await build("sources: [{ exec: [[cat]] }]", byCommand(unique()), ["--seal-allow", "exec"]);
    expect(another.status, another.output).toBe(2);
  });

  test("cannot run a command to say who the job is, either", async () => {
    const byIdentity = `version: 1
identities: { sh: { from: exec, command: [echo, ${unique()}] } }
secrets: { token: { from: identity, identity: sh, audience: example } }
grants: [{ secret: token, steps: { run: granted } }]
`;
    const refused = await build(undefined, byIdentity);
    expect(refused.status, refused.output).toBe(2);
    expect(refused.stderr).toMatch(/identity sh would run the command `echo`.*--seal-allow exec/);
    const another = await build("sources: [identity, { exec: [[cat]] }]", byIdentity, ["--seal-allow", "exec"]);
    expect(another.status, another.output).toBe(2);
    expect(another.stderr).toContain("policy.yaml");
    // it runs, and what it prints is no token
    const byFlag = await build(undefined, byIdentity, ["--seal-allow", "exec"]);
    expect(byFlag.stderr).toMatch(/not hold an identity token|no JWT|a JWT/);
  });

  test("meets a clear error for a mistake in its file, with the place and the nearest known word", async () => {
    const cases: readonly (readonly [string, RegExp])[] = [
      [tokenConfig.replace("grants:", "grant:"), /buildseal\.yaml:4:1: unknown key `grant`.*Did you mean `grants`/],
      [tokenConfig.replace("run: granted", "run: nothing-has-this"), /hits no step/],
      [tokenConfig.replace("secret: token", "secret: tokn"), /there is no secret `tokn`/],
      [tokenConfig.replace("from: env, name: JOB_TOKEN", "from: env, name: NOT_SET"), /NOT_SET.*is not set/],
      [tokenConfig.replace("secret: token", "with: scache"), /Did you mean `sccache`/],
      ["version: 1\n  grants: [", /buildseal\.yaml:\d+:\d+: not valid YAML/],
    ];
    for (const [config, says] of cases) {
      const outcome = await build(undefined, config);
      expect(outcome.status, outcome.output).toBe(2);
      expect(outcome.stderr).toMatch(says);
      expect(outcome.stderr.trim().split("\n")).toHaveLength(1);
    }
  });

  test("is overruled by variables, and these by flags", async () => {
    const outcome = await build(undefined, scanOff, ["--seal-scan=gate"]);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toMatch(/searched \d+ layers/);
    const misspelt = await build(undefined, tokenConfig, ["--seal-scann=gate"]);
    expect(misspelt.status).toBe(2);
    expect(misspelt.stderr).toContain("Did you mean --seal-scan?");
  });
});
