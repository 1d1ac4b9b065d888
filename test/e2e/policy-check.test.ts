import { describe, expect, test } from "vitest";
import { type Outcome, runBuildseal } from "./buildseal.ts";
import { createProject } from "./project.ts";

const config = `version: 1
secrets:
  npm-token: { from: env, name: NPM_TOKEN }
  cert: { from: exec, command: [op, read, cert] }
  model: { from: huggingface, resource: acme/model, endpoint: "https://hub.corp.example" }
grants:
  - { secret: npm-token, steps: { stage: web, run: ^npm } }
scan: { mode: warn }
`;
const dockerfile = "FROM debian AS web\nRUN npm ci\nFROM debian AS other\nRUN --mount=type=secret,id=cert true\n";

async function check(
  policy: string | undefined,
  args: readonly string[] = [],
  files: Record<string, string> = {},
): Promise<Outcome> {
  const project = await createProject({
    "buildseal.yaml": config,
    "app/Dockerfile": dockerfile,
    ".git/HEAD": "",
    ...files,
  });
  const outside = await createProject(policy === undefined ? {} : { "policy.yaml": `version: 1\n${policy}\n` });
  return runBuildseal(["policy", "check", ...args], {
    env: process.env,
    variables: policy === undefined ? {} : { BUILDSEAL_POLICY: outside.path("policy.yaml") },
    cwd: project.folder,
  });
}

const allowing = `sources: [env, huggingface, { exec: [[op, read]] }]
hosts: [hub.corp.example]
grants: [{ secret: npm-token, stages: [web] }, { secret: cert }]`;

describe("buildseal policy check", () => {
  test("shows all that a checkout asks for, with its place, and that the policy allows it", async () => {
    const outcome = await check(allowing);
    expect(outcome.status, outcome.output).toBe(0);
    for (const place of ["buildseal.yaml:3:3:", "buildseal.yaml:5:53:", "app/Dockerfile:2:1:", "app/Dockerfile:4:1:"]) {
      expect(outcome.stdout).toContain(`✓ ${place}`);
    }
    expect(outcome.stdout.replaceAll(/\s+/g, " ")).toContain("by buildseal.yaml:7:5, grants[0]");
    expect(outcome.stdout).not.toContain("✗");
    for (const line of outcome.stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  });

  test("shows everything that is refused, and not only the first of it", async () => {
    const outcome = await check("sources: [env]\ngrants: []\ngate: required", ["--format", "json"]);
    expect(outcome.status, outcome.output).toBe(1);
    const { version, checks } = JSON.parse(outcome.stdout);
    expect(version).toBe(1);
    const refused = checks.filter(({ state }: { state: string }) => state === "error");
    expect(refused.map(({ id }: { id: string }) => id)).toEqual([
      "secret.cert",
      "secret.model",
      "secret.model.endpoint",
      "gate.mode",
      "grant.app/Dockerfile:2",
      "grant.app/Dockerfile:4",
    ]);
    for (const { where, remedy } of refused) {
      expect(where.line).toBeGreaterThan(0);
      expect(remedy).toBeDefined();
    }
  });

  test("holds to the rules that there are without a policy", async () => {
    const outcome = await check(undefined);
    expect(outcome.status, outcome.output).toBe(1);
    expect(outcome.stdout).toContain("runs op");
    expect(outcome.stdout.match(/✗/g)).toHaveLength(2);
    const allowed = await check(undefined, ["--allow", "exec"]);
    expect(allowed.stdout.match(/✗/g)).toHaveLength(1);
  });

  test("cannot do its job where something cannot be read", async () => {
    const broken = await check(allowing, [], { "buildseal.yaml": "version: 1\nsecrts: {}\n" });
    expect(broken.status, broken.output).toBe(2);
    expect(broken.stderr).toContain("Did you mean `secrets`?");
    expect((await check("gates: required")).status).toBe(2);
    expect((await check(allowing, ["nowhere"])).status).toBe(2);
    expect((await runBuildseal(["policy"], { env: process.env })).status).toBe(2);
  });
});
