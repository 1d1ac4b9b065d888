import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type FakeInstallation, type GithubServer, startGithub } from "../unit/source/github/github-server.ts";
import { type Outcome, type Running, startBuildseal } from "./buildseal.ts";
import { hasImage, runDocker } from "./docker.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { valuesIn, watchValue } from "./value.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

const installations: readonly FakeInstallation[] = [
  { id: 7, account: "acme", repositories: ["app", "lib"], permissions: { contents: "write", administration: "write" } },
];

/** Reads a repository with the token, as `git` or `curl` would, and says what came of it, never the token. */
const reads = (github: GithubServer, repository: string, file = "/run/secrets/forge"): string =>
  `wget -q -O /dev/null --header "Authorization: Bearer $(cat ${file})" ${github.url}/repos/${repository}/contents`;

type Forge = {
  readonly github: GithubServer;
  readonly image: string;
  readonly word: string;
  start(flags?: readonly string[]): Running;
  build(flags?: readonly string[]): Promise<Outcome>;
};

/** A build whose steps with `granted` get an installation token of an App. The App's key lies outside of the project. */
async function createForge(
  steps: (github: GithubServer) => readonly string[],
  given: { lifeMs?: number; files?: (github: GithubServer) => Record<string, string>; entry?: string } = {},
): Promise<Forge> {
  const github = await startGithub(Date.now, installations, given.lifeMs);
  onTestFinished(() => github[Symbol.asyncDispose]());
  for (const line of github.pem.split("\n").filter((one) => one.length === 64)) watchValue(line);
  const word = unique();
  const outside = await createProject({ "app.pem": github.pem });
  const entry = `from: github-app, clientId: ${github.clientId}, privateKeyFile: ${outside.path("app.pem")}, apiUrl: "${github.url}", ${given.entry ?? "repository: acme/app"}`;
  const project = await createProject({
    Dockerfile: ["FROM buildseal/busybox", ...steps(github), ""]
      .join("\n")
      .replaceAll(/\bgranted\b/g, `: granted ${word}`),
    "buildseal.yaml": `version: 1\nsecrets: { forge: { ${entry} } }\ngrants: [{ secret: forge, steps: { run: granted } }]\n`,
    ...given.files?.(github),
  });
  const image = `forge:${word}`;
  const start = (flags: readonly string[] = []): Running =>
    startBuildseal(["build", "--network=host", "-t", image, ...flags, project.folder], {
      env: engine.env,
      report: true,
    });
  return {
    github,
    image,
    word,
    start,
    build: async (flags) => {
      const outcome = await start(flags).ended;
      for (const { token } of github.issued) watchValue(token);
      expect(valuesIn(outcome.output)).toEqual([]);
      expect(valuesIn(JSON.stringify(outcome.report ?? {}))).toEqual([]);
      return outcome;
    },
  };
}

const revocations = ({ requests }: GithubServer): number =>
  requests.filter((line) => line === "DELETE /installation/token").length;

describe("an App's installation token", () => {
  test("is used by the step that it is granted to, reaches nothing else, and is revoked at the end", async () => {
    const forge = await createForge((github) => [
      `RUN granted; n=$(wc -c </run/secrets/forge); test $n -eq 40 -o $n -gt 300`,
      `RUN granted; ${reads(github, "acme/app")} && ! ${reads(github, "acme/lib")}`,
      "RUN ! test -e /run/secrets/forge",
    ]);
    const { status, output, report } = await forge.build();
    expect(status, output).toBe(0);
    expect(forge.github.issued).toHaveLength(1);
    expect([revocations(forge.github), forge.github.living()]).toEqual([1, []]);
    expect(JSON.stringify(report)).toContain("contents: read, metadata: read on acme/app");
    expect(await hasImage(engine, forge.image)).toBe(true);
    const look = await runDocker(["run", "--rm", "--network=none", forge.image, "ls", "/run"], engine);
    expect(look.stdout.toString()).not.toContain("secrets");
  });

  test("is renewed while a build goes on, and superseded ones are revoked too", async () => {
    const forge = await createForge(
      (github) => [1, 2, 3].map((step) => `RUN granted; ${reads(github, "acme/app")} && sleep ${step < 3 ? 9 : 0}`),
      { lifeMs: 20_000 },
    );
    const { status, output } = await forge.build();
    expect(status, output).toBe(0);
    expect(forge.github.issued.length).toBeGreaterThanOrEqual(2);
    expect(forge.github.living()).toEqual([]);
  });

  test("is revoked when Docker's build fails, whose status stays", async () => {
    const forge = await createForge((github) => [`RUN granted; ${reads(github, "acme/app")} && exit 7`]);
    const plain = await runDocker(["build", "-"], { env: engine.env, input: "FROM buildseal/busybox\nRUN exit 7\n" });
    const { status, output } = await forge.build();
    expect(status, output).toBe(plain.status);
    expect([revocations(forge.github), forge.github.living()]).toEqual([1, []]);
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("is revoked when %s ends the build", async (signal, status) => {
    const forge = await createForge(() => ["RUN granted; echo the step runs; sleep 7654321"]);
    const running = forge.start();
    await running.prints(/(?<!echo )the step runs(?!;)/);
    expect(forge.github.living()).toHaveLength(1);
    running.kill(signal);
    const outcome = await running.ended;
    expect(outcome.status, outcome.output).toBe(status);
    expect([revocations(forge.github), forge.github.living()]).toEqual([1, []]);
  });

  test("that a step leaves in the image is found, nothing is published, and it is revoked", async () => {
    const forge = await createForge(() => ["RUN granted; cp /run/secrets/forge /left"]);
    const { status, output, report } = await forge.build();
    expect(status, output).toBe(3);
    expect(JSON.stringify(report.findings)).toContain('"name":"forge"');
    expect(await hasImage(engine, forge.image)).toBe(false);
    expect(forge.github.living()).toEqual([]);
  });

  test("that cannot be revoked is told, and until when it lives", async () => {
    const forge = await createForge(() => ["RUN granted; true"]);
    forge.github.fail("DELETE", () => ({ status: 418, body: { message: "not today" } }));
    const { status, output, stderr } = await forge.build();
    expect(status, output).toBe(0);
    expect(stderr).toMatch(
      /secret forge was not revoked: GitHub did not revoke the secret forge \(status 418: not today\)\. It lives until 2\d{3}-/,
    );
  });
});

describe("an App's private key", () => {
  const copies: Readonly<Record<string, (github: GithubServer) => string>> = {
    "as it is": ({ pem }) => pem,
    "as PKCS#8": ({ privateKey }) => privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    "in base64": ({ pem }) => Buffer.from(pem).toString("base64"),
    "in base64, wrapped": ({ pem }) => Buffer.from(pem).toString("base64").replaceAll(/.{76}/g, "$&\n"),
    "in one line of JSON": ({ pem }) => JSON.stringify({ key: pem }),
    "without its borders": ({ pem }) => pem.replaceAll(/-----[^-]+-----|\s+/g, ""),
  };

  test("that is copied into the image is found in every form by its own name, and nothing is published", async () => {
    const names = Object.keys(copies);
    const forge = await createForge(() => ["COPY copies /copies", "RUN granted; true"], {
      files: (github) => Object.fromEntries(names.map((name, at) => [`copies/${at}`, copies[name]!(github)])),
    });
    const { status, output, report } = await forge.build();
    expect(status, output).toBe(3);
    const known = report.findings.filter(({ rule }: { rule: string }) => rule === "known-value");
    expect(new Set(known.map(({ secret }: { secret: { name: string } }) => secret.name))).toEqual(
      new Set(["forge-private-key"]),
    );
    const told = JSON.stringify(known);
    for (const at of names.keys()) expect(told, names[at]).toContain(`"copies/${at}"`);
    expect(await hasImage(engine, forge.image)).toBe(false);
    expect(forge.github.living()).toEqual([]);
  });

  test("is in no step, and is hidden where a step prints it", async () => {
    const forge = await createForge(
      () => [
        "COPY key /",
        "RUN granted; cat /key; ls -R /run/secrets | grep -c . ; ! grep -rqs 'PRIVATE KEY' /run /proc/self/environ",
      ],
      { files: ({ pem }) => ({ key: pem }) },
    );
    const { status, output } = await forge.build(["--progress=plain"]);
    expect(status, output).toBe(3);
    expect(output).toContain("[secret forge-private-key]");
  });
});

describe("a build whose App is not let in", () => {
  test("ends with 2 and a sentence before Docker is asked for anything", async () => {
    const forge = await createForge(() => ["RUN granted; true"], { entry: "repository: acme/none" });
    const { status, stderr } = await forge.build();
    expect(status, stderr).toBe(2);
    expect(stderr).toContain(`the GitHub App ${forge.github.clientId} is not installed on acme/none`);
    expect(await hasImage(engine, forge.image)).toBe(false);
  });
});

test("a runner's registration token is good in the step, and what it was made with is dead by then", async () => {
  const forge = await createForge(() => ["RUN granted; test $(wc -c </run/secrets/forge) -eq 29"], {
    entry: "repository: acme/app, mint: registration",
  });
  const { status, output, stderr } = await forge.build();
  expect(status, output).toBe(0);
  expect(stderr).toMatch(
    /The secret forge registers any number of runners at acme\/app\. GitHub cannot revoke it: it is good until/,
  );
  expect([forge.github.issued.length, revocations(forge.github), forge.github.living()]).toEqual([1, 1, []]);
});
