import { chmodSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Outcome, runBuildseal, startBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { descendantsOf } from "./process-tree.ts";
import { type Project, unique } from "./project.ts";
import { bucket, jobClaims, type SccacheWorld, startSccacheWorld, statisticsIn } from "./sccache-world.ts";
import { valuesIn } from "./value.ts";

let world: SccacheWorld;
beforeAll(async () => {
  world = await startSccacheWorld();
});
afterAll(() => world.stop());

/** What a job would write: its sources are mounted, the compiler runs through sccache. */
const words = (project: Project, script: string, flags: readonly string[] = []): string[] => [
  ...["run", "--seal-with", "sccache", "--rm", "--network=host", "--add-host", `${world.front.name}:127.0.0.1`],
  ...[
    "-v",
    `${project.folder}:/src`,
    "-w",
    "/src",
    "-e",
    "SSL_CERT_FILE=/src/ca.pem",
    "-e",
    "SCCACHE_SERVER_UDS=/tmp/sccache",
  ],
  ...flags,
  ...["buildseal/toolchain", "sh", "-c", script],
];
const compile = "sccache gcc -c main.c -o /tmp/main.o && sccache --show-stats && sccache --stop-server >/dev/null";

const runIn = (project: Project, script: string, flags?: readonly string[]): Promise<Outcome> =>
  runBuildseal(words(project, script, flags), {
    env: world.engine.env,
    cwd: project.folder,
    variables: world.variables,
  });

test("tests in a container fill the bucket by the pod's identity, and the next container takes from it", async () => {
  const project = await world.createConfigured();
  const first = await runIn(project, compile);
  expect(first.status, first.output).toBe(0);
  expect(statisticsIn(first)).toMatchObject({ hits: 0, misses: 1, location: expect.stringContaining(bucket) });
  const minted = world.sts.count();
  expect(minted).toBeGreaterThan(0);

  // another user, who may read what is mounted
  chmodSync(project.folder, 0o755);
  for (const file of ["main.c", "ca.pem"]) chmodSync(project.path(file), 0o644);
  const second = await runIn(project, compile, ["-u", "1234", "-e", "HOME=/tmp"]);
  expect(second.status, second.output).toBe(0);
  expect(statisticsIn(second)).toMatchObject({ hits: 1, misses: 0 });
  expect(second.stderr).toMatch(/container +got recipe sccache/);
  expect(second.stderr).toMatch(/secrets +aws-identity \(irsa/);
});

test("a token that is rotated is what sccache in the running container shows to STS next", async () => {
  const project = await world.createConfigured();
  const name = `sccache-${unique()}`;
  // two servers of sccache, one after the other: each takes its keys with the token that is there then
  const script = `${compile}; a=$(sha256sum <"$AWS_WEB_IDENTITY_TOKEN_FILE"); echo "up"; while [ "$a" = "$(sha256sum <"$AWS_WEB_IDENTITY_TOKEN_FILE")" ]; do sleep 0.1; done; echo rotated; ${compile}; exit 3`;
  const running = startBuildseal(words(project, script, ["--name", name]), {
    env: world.engine.env,
    cwd: project.folder,
    variables: world.variables,
  });
  await running.prints(/^up$/m);
  const minted = world.sts.count();

  const inspected = (await runDocker(["container", "inspect", name], world.engine)).stdout.toString();
  expect(inspected).toContain("AWS_WEB_IDENTITY_TOKEN_FILE=/run/secrets/");
  expect(valuesIn(inspected)).toEqual([]);
  expect(descendantsOf(running.pid).length).toBeGreaterThan(0);

  await world.setToken(world.issuer.issue(jobClaims));
  const outcome = await running.ended;
  expect(outcome.status, outcome.output).toBe(3);
  expect(outcome.stdout).toContain("rotated");
  expect(outcome.stdout.match(/Cache hits\s+1/g)?.length, outcome.output).toBe(1);
  expect(world.sts.count()).toBeGreaterThan(minted);
  expect(outcome.stderr).toMatch(/renewed +aws-identity 1 time/);
});

test("without an identity the container runs without it, and that is said", async () => {
  const project = await world.createConfigured();
  const variables = Object.fromEntries(Object.entries(world.variables).filter(([name]) => !/ROLE|TOKEN/.test(name)));
  const outcome = await runBuildseal(words(project, "env; ls /run/secrets; exit 0"), {
    env: world.engine.env,
    cwd: project.folder,
    variables,
  });
  expect(outcome.status, outcome.output).toBe(0);
  expect(outcome.stderr).toMatch(/warning: recipe sccache is left out, and the container runs without it/);
  expect(outcome.stdout).not.toMatch(/^(?:SCCACHE_CONF|AWS_)/m);
});
