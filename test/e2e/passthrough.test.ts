import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { startGitDaemon } from "./git-daemon.ts";
import { openEngine } from "./open-engine.ts";
import { createProject, type Project, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

const createPlain = (files: Readonly<Record<string, string>> = {}): Promise<Project> =>
  createProject({
    Dockerfile: `FROM buildseal/busybox\nARG KIND=none\nCOPY . /context\nRUN echo ${unique()} "$KIND" >/made\nLABEL kind=$KIND\n`,
    "file.txt": "file\n",
    ...files,
  });

type Run = { status: number; stdout: Buffer; stderr: string };

/** Docker first, then buildseal, which takes all from the cache: the outcome of both. */
async function both(
  args: (who: "docker" | "buildseal") => readonly string[],
  options: { cwd?: string; input?: string | Uint8Array; variables?: Record<string, string> } = {},
): Promise<readonly [Run, Run]> {
  const docker = await runDocker(["buildx", "build", ...args("docker")], { env: engine.env, ...options });
  const ours = await runBuildseal(["build", "--seal-scan=off", ...args("buildseal")], { env: engine.env, ...options });
  return [docker, { status: ours.status, stdout: ours.stdoutBytes, stderr: ours.stderr }];
}

function expectSame([docker, ours]: readonly [Run, Run], status = 0): void {
  expect(docker.status, docker.stderr).toBe(status);
  expect(ours.status, ours.stderr).toBe(status);
  expect(ours.stdout.equals(docker.stdout), `${ours.stdout} instead of ${docker.stdout}`).toBe(true);
}

describe("without configuration, identity and scan the outcome is Docker's", () => {
  test("the image's id on stdout with -q", async () => {
    const project = await createPlain();
    const runs = await both(() => ["--network=none", "-q", project.folder]);
    expectSame(runs);
    expect(runs[1].stdout.toString()).toMatch(/^sha256:[0-9a-f]{64}\n$/);
  });

  test("nothing on stdout without it", async () => {
    const project = await createPlain();
    const runs = await both(() => ["--network=none", project.folder]);
    expectSame(runs);
    expect(runs[1].stdout).toHaveLength(0);
  });

  test("with the flags in any place and of any form", async () => {
    const project = await createPlain();
    const args = [`-tplain:${unique()}`, "--build-arg=KIND=a b", project.folder, "--network", "none", "-q"];
    expectSame(await both(() => args));
    expectSame(await both(() => ["--network=none", "-q", "--build-arg", "KIND=c", "--", project.folder]));
  });

  test("the files of --iidfile and --metadata-file", async () => {
    const project = await createPlain();
    const runs = await both((who) => [
      ...["--network=none", "--iidfile", project.path(`../${who}-id`)],
      ...["--metadata-file", project.path(`../${who}-metadata`), project.folder],
    ]);
    expectSame(runs);
    const read = (what: string) =>
      ["docker", "buildseal"].map((who) => readFileSync(project.path(`../${who}-${what}`), "utf8"));
    const [id, ourId] = read("id");
    expect(ourId).toBe(id);
    const [metadata, ours] = read("metadata").map((text) => JSON.parse(text));
    expect(Object.keys(ours).sort()).toEqual(Object.keys(metadata).sort());
    const image = (all: object) =>
      Object.entries(all).filter(([key]) => /^(?:containerimage\.(?!build)|image\.)/.test(key));
    expect(image(ours)).toEqual(image(metadata));
  });

  test("a tar on stdout", async () => {
    const project = await createPlain();
    const runs = await both(() => ["--network=none", "-o", "-", project.folder]);
    expectSame(runs);
    expect(runs[1].stdout.length).toBeGreaterThan(100_000);
  });

  test("a tar on stdin as context, also one in gzip", async () => {
    const project = await createPlain();
    const tar = execFileSync("tar", ["-c", "-C", project.folder, "."]);
    expectSame(await both(() => ["--network=none", "-q", "-"], { input: tar }));
    const gzip = execFileSync("tar", ["-cz", "-C", project.folder, "."]);
    expectSame(await both(() => ["--network=none", "-q", "-"], { input: gzip }));
  });

  test("a Dockerfile on stdin as context, and by -f -", async () => {
    const text = `FROM buildseal/busybox\nRUN echo ${unique()} >/made\n`;
    expectSame(await both(() => ["--network=none", "-q", "-"], { input: text }));
    const project = await createPlain();
    const withContext = `${text}COPY file.txt /\n`;
    expectSame(await both(() => ["--network=none", "-q", "-f", "-", project.folder], { input: withContext }));
  });

  test("a Dockerfile elsewhere, with its own ignore file beside it, and relative paths", async () => {
    const elsewhere = await createProject({
      "other.Dockerfile": `FROM buildseal/busybox\nCOPY . /context\nRUN ls /context >/made && : ${unique()}\n`,
      "other.Dockerfile.dockerignore": "secret-notes\n",
      "context/kept": "kept",
      "context/secret-notes": "not for the image",
    });
    const runs = await both(() => ["--network=none", "-q", "-f", "other.Dockerfile", "context"], {
      cwd: elsewhere.folder,
    });
    expectSame(runs);
    const { stdout } = await runDocker(
      ["run", "--rm", "--network=none", runs[1].stdout.toString().trim(), "cat", "/made"],
      engine,
    );
    expect(stdout.toString()).toBe("kept\n");
  });

  test("a named context and a target", async () => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox AS first\nCOPY --from=more more.txt /\nRUN : ${unique()}\nFROM first AS second\nRUN exit 1\n`,
      "more/more.txt": "more",
    });
    const args = [
      "--build-context",
      `more=${project.path("more")}`,
      "--target",
      "first",
      "--network=none",
      "-q",
      project.folder,
    ];
    expectSame(await both(() => args));
  });

  test("a git repository, by branch and folder", async () => {
    await using daemon = await startGitDaemon({
      "sub/Dockerfile": `FROM buildseal/busybox\nCOPY . /context\nRUN : ${unique()}\n`,
      "sub/file.txt": "in git\n",
    });
    const runs = await both(() => ["--network=none", "-q", `${daemon.url}#main:sub`]);
    expectSame(runs);
  });

  test("the status and error of a build that fails", async () => {
    const project = await createProject({ Dockerfile: `FROM buildseal/busybox\nRUN echo ${unique()} && exit 7\n` });
    const runs = await both(() => ["--network=none", project.folder]);
    expectSame(runs, 1);
    expect(runs[1].stderr).toContain("exit code: 7");
    expect(runs[1].stderr).toContain("Dockerfile:2");
  });

  test("what Docker refuses in its own words", async () => {
    const project = await createPlain();
    for (const args of [
      ["--no-such-flag", project.folder],
      [],
      [project.folder, project.folder],
      ["-f", "missing", project.folder],
      ["/no/such/folder"],
    ]) {
      const [docker, ours] = await both(() => args, { cwd: project.folder });
      expect(ours.status, `${args}: ${ours.stderr}`).toBe(docker.status);
      const error = docker.stderr.split("\n").find((line) => line.startsWith("ERROR")) ?? docker.stderr.trim();
      expect(ours.stderr).toContain(error.replace(/^ERROR:\s*/, "").slice(0, 60));
    }
  });

  test("--call=check, --check and --print", async () => {
    const project = await createProject({ Dockerfile: `from buildseal/busybox\nRUN : ${unique()}\nMAINTAINER me\n` });
    for (const args of [["--call=check"], ["--check"], ["--print=outline"], ["--call=targets"]]) {
      const [docker, ours] = await both(() => [...args, project.folder]);
      expect(ours.status, ours.stderr).toBe(docker.status);
      expect(ours.stdout.toString()).toBe(docker.stdout.toString());
    }
    const [docker, ours] = await both(() => ["--call=check,format=json", project.folder]);
    expect(ours.status, ours.stderr).toBe(docker.status);
    // Beside the warnings stands where the Dockerfile came from, with the number of the session.
    const warnings = ({ stdout }: Run) => JSON.parse(stdout.toString()).warnings.length;
    expect(warnings(ours)).toBe(warnings(docker));
    expect(warnings(ours)).toBeGreaterThan(0);
  });

  test("--help has all of Docker's own", async () => {
    const [docker, ours] = await both(() => ["--help"]);
    expect(ours.status).toBe(0);
    expect(ours.stdout.toString()).toContain(
      docker.stdout.toString().slice(docker.stdout.toString().indexOf("Options:")),
    );
    expect(ours.stdout.toString()).toContain("--seal-with");
  });

  test("a build with a user's own --secret and --ssh", async () => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox\nRUN --mount=type=secret,id=own,required=true : ${unique()} && test "$(cat /run/secrets/own)" = given\n`,
      own: "given",
    });
    expectSame(
      await both(() => ["--network=none", "-q", "--secret", `id=own,src=${project.path("own")}`, project.folder]),
    );
  });
});

describe("where there is no way to build", () => {
  const args = ["build", "--network=none"];

  test("no docker, no buildx and an unreachable builder have different sentences and status 2", async () => {
    const { folder } = await createPlain();
    const empty = await createProject({});
    const nowhere = { PATH: empty.folder };
    const noDocker = await runBuildseal([...args, folder], { env: engine.env, variables: nowhere });

    mkdirSync(empty.path("bin"));
    // The program as it is where the plugin is not installed anywhere.
    await empty.write("bin/docker", "#!/bin/sh\necho \"docker: 'buildx' is not a docker command.\" >&2\nexit 1\n");
    execFileSync("chmod", ["+x", empty.path("bin/docker")]);
    const noBuildx = await runBuildseal([...args, folder], {
      env: engine.env,
      variables: { PATH: `${empty.path("bin")}:/usr/bin:/bin`, DOCKER_CONFIG: empty.folder },
    });

    const unreachable = await runBuildseal([...args, folder], {
      env: engine.env,
      variables: { DOCKER_HOST: `unix://${empty.path("no.sock")}` },
    });
    const unknown = await runBuildseal([...args, "--builder", "nobody", folder], engine);
    const outcomes = [noDocker, noBuildx, unreachable, unknown];
    for (const outcome of outcomes) expect(outcome.status, outcome.output).toBe(2);
    expect(noDocker.stderr).toContain("no docker program on PATH");
    expect(noBuildx.stderr).toContain("no buildx");
    expect(unreachable.stderr).toContain("cannot be reached");
    expect(unknown.stderr).toContain("no builder nobody");
    for (const { stderr } of outcomes) expect(stderr.trim().split("\n")).toHaveLength(1);
  });
});
