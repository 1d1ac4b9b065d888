import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { until } from "../../system/scratch.ts";
import { ended, fakeEngine } from "./fake-docker.ts";

const value = `v${randomBytes(18).toString("hex")}`;
const granted = "secrets: { token: { from: env, name: MY_TOKEN } }\ngrants: [{ secret: token, container: true }]\n";
const hosts = {
  MY_TOKEN: value,
  SECRET_FOO: "foo",
  VAULT_ID_TOKEN: "vault",
  SECRET_FILE: "file",
  SECRET_OTHER: "other",
};

describe("what docker inherits", () => {
  test.each([
    ["where nothing is granted", ""],
    ["where something is", granted],
  ])(
    "%s has what the user names for the container, by a flag or in a file, and nothing else of its kind",
    async (_, config) => {
      const engine = fakeEngine({}, config);
      writeFileSync(`${engine.folder}/env`, "# it\nSECRET_FILE\nPLAIN=x\n");
      const { status } = await engine.run(
        ["-e", "SECRET_FOO", "-e", "VAULT_ID_TOKEN", "--env-file=env", "image"],
        hosts,
      );
      expect(status).toBe(0);
      const inherited = engine.inherited("run");
      for (const line of ["SECRET_FOO=foo", "VAULT_ID_TOKEN=vault", "SECRET_FILE=file"])
        expect(inherited).toContain(line);
      expect(inherited).not.toContain("SECRET_OTHER=other");
    },
  );

  test("is nothing that a secret is had from, before any secret is known", async () => {
    const engine = fakeEngine({}, granted);
    expect((await engine.run(["image"], hosts)).status).toBe(0);
    for (const command of ["create", "run"]) {
      expect(engine.inherited(command).length).toBeGreaterThan(1);
      expect(engine.inherited(command).some((line) => line.includes(value))).toBe(false);
    }
  });
});

test("a container gets what a policy pins from where the policy says, and from nowhere else", async () => {
  const engine = fakeEngine({}, granted);
  const runWith = async (name: string) => {
    const entry = `{ secret: token, source: { from: env, name: ${name} } }`;
    writeFileSync(`${engine.folder}/policy`, `version: 1\ngrants: [${entry}]\n`);
    return engine.run(["image"], { ...hosts, BUILDSEAL_POLICY: `${engine.folder}/policy` });
  };
  expect((await runWith("MY_TOKEN")).status).toBe(0);
  const { status, stderr } = await runWith("ANOTHER");
  expect(status).toBe(125);
  expect(stderr).toContain("does not come from where it may");
});

test("what a secret is had from is refused before the engine is asked", async () => {
  const engine = fakeEngine({}, granted);
  const { status, stderr } = await engine.run(["-e", "MY_TOKEN", "image"], hosts);
  expect([status, engine.calls()]).toEqual([125, ""]);
  expect(stderr).toContain("had from");
});

test("an engine that cannot be used is told in Docker's words, and nothing is run", async () => {
  const said = 'Failed to initialize: unable to resolve docker endpoint: context "x": context not found';
  const engine = fakeEngine({ create: `echo '${said}' >&2; exit 1` }, granted);
  const { status, stderr } = await engine.run(["image"], hosts);
  expect(status).toBe(125);
  expect(stderr).toContain(said);
  expect(engine.calls()).not.toMatch(/^run /m);
});

test("a hang-up ends it, and not where it was started so that it goes on", async () => {
  for (const [started, status] of [
    ["/usr/bin/env", 129],
    ["/usr/bin/nohup", 7],
  ] as const) {
    const engine = fakeEngine(
      {
        run: `trap 'exit 129' HUP; touch go; while [ ! -e end ]; do sleep 0.05; done; exit 7`,
      },
      granted,
    );
    const buildseal = engine.start(["image"], { ...hosts, _: started });
    const end = ended(buildseal);
    await until(() => existsSync(`${engine.folder}/go`));
    buildseal.kill("SIGHUP");
    if (status === 7) writeFileSync(`${engine.folder}/end`, "");
    expect(await end).toMatchObject({ status });
  }
});

test.each([
  ["SIGINT", 130],
  ["SIGTERM", 143],
] as const)("%s while an image is pulled ends it with %i", async (signal, status) => {
  const engine = fakeEngine({ pull: "trap 'kill $!; exit 1' INT TERM; sleep 20 >/dev/null 2>&1 & wait" });
  const buildseal = engine.start(["--seal-with", "netrc", "image"], { NETRC_MACHINE: "x" });
  const end = ended(buildseal);
  await until(() => engine.calls().includes("pull"));
  buildseal.kill(signal);
  expect(await end).toMatchObject({ status });
});

describe("what is left open of what a container gets", () => {
  const ran = (config: string, environment: Record<string, string>) =>
    fakeEngine({}, config).run(["image"], { ...hosts, ...environment });
  const hub =
    "secrets: { hf-token: { from: env, name: MY_TOKEN } }\ngrants: [{ with: huggingface, container: true }]\n";
  const login = randomBytes(12).toString("hex");

  test("is a warning, once, and holds no login", async () => {
    const { status, stderr } = await ran(hub, { HF_ENDPOINT: `https://me:${login}@hub.example` });
    expect(status).toBe(0);
    expect(
      stderr.match(/^buildseal: warning: recipe huggingface: HF_ENDPOINT of the host holds a login/gm),
    ).toHaveLength(1);
    expect(stderr).not.toContain(login);
  });

  test("is not told of what is left out", async () => {
    const { status, stderr } = await ran("grants: [{ with: sccache, container: true }]\n", {});
    expect([status, stderr]).toEqual([0, expect.stringContaining("recipe sccache is left out")]);
    expect(stderr).not.toContain("no bucket is known");
  });
});

test("what would be run shows our own words as they are, and hides what looks like a value in the user's", async () => {
  const engine = fakeEngine({}, "grants: [{ with: sccache, container: true }]\n");
  const words = ["--seal-print", "-e", `MY_TOKEN=${value}`, "image"];
  const { status, stdout } = await engine.run(words, { AWS_WEB_IDENTITY_TOKEN_FILE: "/t", SCCACHE_BUCKET: "cache" });
  expect(status).toBe(0);
  expect(stdout).toContain("--env=AWS_WEB_IDENTITY_TOKEN_FILE=…");
  expect(stdout).toMatch(/-e MY_TOKEN=\*+ image/);
});
