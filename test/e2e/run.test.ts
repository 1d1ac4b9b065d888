import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { runDocker } from "./docker.ts";
import { createGrantedRun } from "./granted-run.ts";
import { openEngine } from "./open-engine.ts";
import { descendantsOf, holdsWithin, processesWith, stillRunning } from "./process-tree.ts";
import { createProject, unique } from "./project.ts";
import type { Engine, EngineKind } from "./service/engine.ts";
import { valuesIn } from "./value.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

/** Whether the engine has a container of this name, running or not. */
const hasContainer = async (name: string): Promise<boolean> =>
  (await runDocker(["container", "inspect", name], engine)).status === 0;

describe("a container", () => {
  test("reads its secret as any user, by the variable's path; stdin and the status pass; nothing is left", async () => {
    const { start, left, value } = await createGrantedRun(engine);
    const script =
      'read -r line; echo "line $line"; id -u; cat "$TOKEN_FILE"; base64 -w 0 "$TOKEN_FILE"; wc -c <"$TOKEN_FILE"; echo x >"$TOKEN_FILE"; exit 3';
    const outcome = await start(["--rm", "-i", "-u", "1234"], script, { input: "of stdin\n" }).ended;
    expect(outcome.status, outcome.output).toBe(3);
    expect(outcome.stdout).toContain("line of stdin\n1234\n[secret token]");
    expect(outcome.stdout).toContain(`${value.length}\n`);
    expect(outcome.stderr).toMatch(/can't create|Read-only|Permission/);
    expect(outcome.stderr).toMatch(/secrets +token \(file/);
    expect(outcome.stderr).toMatch(/masked +token/);
    expect(left()).toEqual([]);
  });

  test("sees a renewal while it runs, and the new value is masked too", async () => {
    const { start, renew, left } = await createGrantedRun(engine);
    const running = start(
      ["--rm", "--read-only", "--tmpfs", "/run"],
      'sum() { sha256sum <"$TOKEN_FILE"; }; old=$(sum); echo up; while [ "$old" = "$(sum)" ]; do sleep 0.1; done; cat "$TOKEN_FILE"',
    );
    await running.prints(/^up$/m);
    await renew();
    const outcome = await running.ended;
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stdout).toBe("up\n[secret token]");
    expect(outcome.stderr).toMatch(/renewed +token 1 time/);
    expect(left()).toEqual([]);
  });

  test("has its secret nowhere but in the mounted file", async () => {
    const { start, name, value } = await createGrantedRun(engine);
    const running = start(["--label", "a=b"], "echo up; env; sleep 7000001");
    await running.prints(/^up$/m);
    const inspected = await engine.docker("container", "inspect", name);
    expect(inspected).toContain("/run/secrets");
    expect(inspected).toContain("TOKEN_FILE=/run/secrets/token");
    const logs = await runDocker(["logs", name], engine);
    const processes = [running.pid, ...descendantsOf(running.pid), ...processesWith("7000001")];
    const told = processes.flatMap((pid) => ["cmdline", "environ"].map((of) => readQuietly(`/proc/${pid}/${of}`)));
    const events = await engine.docker("events", "--since", "10m", "--until", "0s", "--filter", `container=${name}`);
    for (const text of [inspected, logs.stdout.toString(), logs.stderr, events, ...told]) {
      expect(text.includes(value)).toBe(false);
      expect(valuesIn(text)).toEqual([]);
    }
    await engine.docker("kill", name);
    expect((await running.ended).status).toBe(137);
    // What stays of a container without --rm holds nothing either: its mount's source is gone.
    expect(await hasContainer(name)).toBe(true);
    expect(valuesIn(await engine.docker("container", "inspect", name))).toEqual([]);
    await engine.docker("rm", name);
  });

  test("that printed its secret and is kept: its own log is told of", async () => {
    const kept = await createGrantedRun(engine);
    const outcome = await kept.start([], 'cat "$TOKEN_FILE"').ended;
    expect(outcome.stderr).toMatch(/docker logs.*until the container is removed/);
    await engine.docker("rm", kept.name);
    const removed = await createGrantedRun(engine);
    expect((await removed.start(["--rm"], 'cat "$TOKEN_FILE"').ended).stderr).not.toContain("docker logs");
  });

  test("that gets nothing is Docker's own, with -d too", async () => {
    const project = await createProject({});
    const name = `run-${unique()}`;
    const options = { env: engine.env, cwd: project.folder };
    const detached = ["run", "-d", "--name", name, "--network=none", "buildseal/busybox", "sleep", "7000002"];
    const outcome = await runBuildseal(detached, options);
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stdout).toMatch(/^[0-9a-f]{64}\n$/);
    expect(outcome.stderr).toBe("");
    await engine.docker("rm", "-f", name);
    expect(
      (await runBuildseal(["run", "--rm", "--network=none", "buildseal/busybox", "sh", "-c", "exit 9"], options))
        .status,
    ).toBe(9);
    expect((await runBuildseal(["run", "--no-such-flag", "x", "y"], options)).status).toBe(125);
  });
});

describe("on a terminal", () => {
  test("the container has the terminal's size, and what it prints is masked", async () => {
    const { start, left } = await createGrantedRun(engine);
    // the engine is told the size once the container runs
    const size = 'until [ -n "$(stty size 2>/dev/null)" ]; do sleep 0.1; done; stty size';
    const running = start(["--rm", "-it"], `${size}; cat "$TOKEN_FILE"; echo; read -r line; echo "got $line"; exit 4`, {
      terminal: true,
    });
    await running.prints("[secret token]");
    running.type("typed\r");
    const outcome = await running.ended;
    expect(outcome.status, outcome.output).toBe(4);
    expect(outcome.stdout).toContain("40 100");
    expect(outcome.stdout).toContain("got typed");
    expect(left()).toEqual([]);
  });

  test("who detaches is told, and the secret is there until the container ends", async () => {
    const { start, left, name } = await createGrantedRun(engine);
    const running = start(
      ["--rm", "-it"],
      'echo up; while :; do cat "$TOKEN_FILE" >/tmp/read || exit 8; sleep 0.1; done',
      {
        terminal: true,
      },
    );
    await running.prints("up");
    running.type("\u0010\u0011");
    await running.prints("detached:");
    expect(left().length).toBeGreaterThan(0);
    await engine.docker("kill", name);
    expect((await running.ended).status).toBe(137);
    expect(left()).toEqual([]);
  });
});

describe("signals", () => {
  test("reach the container, whose own status is kept", async () => {
    const { start, left } = await createGrantedRun(engine);
    const running = start(
      ["--rm"],
      'trap "echo heard; exit 7" TERM; trap "echo one" USR1; echo up; while :; do sleep 0.1; done',
    );
    await running.prints(/^up$/m);
    running.kill("SIGUSR1");
    await running.prints(/^one$/m);
    running.kill("SIGTERM");
    const outcome = await running.ended;
    expect(outcome.status, outcome.output).toBe(7);
    expect(outcome.stdout).toContain("heard");
    expect(left()).toEqual([]);
  });

  test("that a container does not hear kill it the third time", async () => {
    const { start, left, name } = await createGrantedRun(engine);
    const running = start(["--rm"], "trap '' INT; echo up; exec sleep 7000003");
    await running.prints(/^up$/m);
    const children = descendantsOf(running.pid);
    for (const _ of [1, 2]) {
      running.kill("SIGINT");
      await new Promise((next) => setTimeout(next, 300));
    }
    expect(await hasContainer(name)).toBe(true);
    running.kill("SIGINT");
    expect((await running.ended).status).toBe(137);
    expect(left()).toEqual([]);
    expect(stillRunning(children)).toEqual([]);
    expect(processesWith("sleep 7000003")).toEqual([]);
  });

  test("kill -9 of buildseal leaves no secret, no docker and no container behind", async () => {
    const { start, left, name } = await createGrantedRun(engine);
    const running = start(["--rm"], "trap '' INT TERM; echo up; exec sleep 7000004");
    await running.prints(/^up$/m);
    const children = descendantsOf(running.pid);
    running.kill("SIGKILL");
    expect((await running.ended).status).toBe(137);
    expect(await holdsWithin(2000, () => left().length === 0), left().join("\n")).toBe(true);
    expect(await holdsWithin(10_000, () => processesWith("sleep 7000004").length === 0)).toBe(true);
    expect(await holdsWithin(10_000, () => stillRunning(children).length === 0)).toBe(true);
    for (let tries = 0; tries < 50 && (await hasContainer(name)); tries++)
      await new Promise((next) => setTimeout(next, 100));
    expect(await hasContainer(name)).toBe(false);
  });

  test("docker killed under us takes the container with it", async () => {
    const { start, left, name } = await createGrantedRun(engine);
    const running = start(["--rm"], "trap '' INT TERM; echo up; exec sleep 7000005");
    await running.prints(/^up$/m);
    const docker = processesWith(`--name ${name}`).filter((pid) => descendantsOf(running.pid).includes(pid));
    expect(docker).toHaveLength(1);
    process.kill(docker[0]!, "SIGKILL");
    const outcome = await running.ended;
    expect(outcome.status, outcome.output).toBe(137);
    expect(outcome.stderr).toContain("ran on: it was killed");
    expect(processesWith("sleep 7000005")).toEqual([]);
    expect(left()).toEqual([]);
  });

  test("a reader that goes away (| head) ends it", async () => {
    const { start, left } = await createGrantedRun(engine);
    const running = start(["--rm"], "echo up; exec yes 7000006");
    await running.prints(/^up$/m);
    running.closeOutput();
    expect((await running.ended).status).not.toBe(0);
    expect(await holdsWithin(5000, () => processesWith("yes 7000006").length === 0)).toBe(true);
    expect(left()).toEqual([]);
  });
});

describe("status 125 and one sentence", () => {
  type Failing = {
    readonly what: string;
    readonly flags: readonly string[];
    readonly says: RegExp;
    readonly variables?: Readonly<Record<string, string>>;
  };
  const failing: readonly Failing[] = [
    { what: "a container that would outlive us", flags: ["-d"], says: /-d does not go with secrets.*background/ },
    { what: "one that Docker would restart", flags: ["--restart=always"], says: /--restart always does not go/ },
    {
      what: "a mount where the secrets come",
      flags: ["-v", "/tmp:/run/secrets"],
      says: /\/run\/secrets.*somewhere else/,
    },
    {
      what: "an engine that is not there",
      flags: [],
      says: /Cannot connect to the Docker daemon/,
      variables: { DOCKER_HOST: "unix:///nowhere.sock" },
    },
    {
      what: "an image that is not there",
      flags: ["--pull=never", "nobody/has:this"],
      says: /No such image|Unable to find/,
    },
    { what: "a flag of ours that there is not", flags: ["--seal-wiht=sccache"], says: /Did you mean --seal-with/ },
    { what: "a recipe that there is not", flags: ["--seal-with=scache"], says: /Did you mean `sccache`/ },
    { what: "a configuration that is not there", flags: ["--seal-config=/nowhere.yaml"], says: /no such file/ },
    {
      what: "a path variable that the command line gives too",
      flags: ["-e", "TOKEN_FILE=x"],
      says: /TOKEN_FILE.*Take one of the two out/,
    },
  ];

  test.each(failing)("for $what", async ({ flags, says, variables = {} }) => {
    const { start, left } = await createGrantedRun(engine);
    const outcome = await start(flags, "echo it ran", { variables }).ended;
    expect(outcome.status, outcome.output).toBe(125);
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stdout).not.toContain("it ran");
    expect(left()).toEqual([]);
  });

  test("for an engine that does not see our files, with what to configure; a shared folder then does", async () => {
    const { start, left } = await createGrantedRun(engine);
    // The engine has a file system of its own there, as one beside us in a pod has everywhere.
    const unseen = `/run/docker/${unique()}`;
    mkdirSync(unseen, { recursive: true });
    onTestFinished(() => rmSync(unseen, { recursive: true, force: true }));
    const outcome = await start([], "echo it ran", { variables: { BUILDSEAL_RUN_DIR: unseen } }).ended;
    expect(outcome.status, outcome.output).toBe(125);
    expect(outcome.stderr).toMatch(/does not see .*another machine.*BUILDSEAL_RUN_DIR/);
    expect(readdirSync(unseen)).toEqual([]);

    const shared = (await createProject({})).folder;
    const variables = { BUILDSEAL_RUN_DIR: shared };
    const seen = await start(["--rm"], 'wc -c <"$TOKEN_FILE"', { variables }).ended;
    expect(seen.status, seen.output).toBe(0);
    expect(seen.stderr).toContain(shared);
    expect(readdirSync(shared)).toEqual([]);
    expect(left()).toEqual([]);
  });

  test("for a value on the command line, which is not repeated", async () => {
    const { start, value, left } = await createGrantedRun(engine);
    const outcome = await start(["-e", `T=${value}`], "echo it ran").ended;
    expect(outcome.status).toBe(125);
    expect(outcome.stderr).toMatch(/-e T .*secret token.*docker inspect/);
    expect(left()).toEqual([]);
  });

  test("for a grant of a value by a variable", async () => {
    const { start, project, left } = await createGrantedRun(engine);
    const config = readFileSync(project.path("buildseal.yaml"), "utf8").replace("file: TOKEN_FILE", "env: TOKEN");
    await project.write("buildseal.yaml", config);
    const outcome = await start([], "echo it ran").ended;
    expect(outcome.status).toBe(125);
    expect(outcome.stderr).toMatch(/docker inspect.*as: \{ file: TOKEN \}/);
    expect(left()).toEqual([]);
  });
});

test("--seal-print shows the command and what the container would get, runs nothing and asks no source", async () => {
  const { start, left } = await createGrantedRun(engine);
  const outcome = await start(["--seal-print"], "echo it ran").ended;
  expect(outcome.status, outcome.output).toBe(0);
  expect(outcome.stdout).toMatch(/^docker run .*dst=\/run\/secrets/);
  expect(outcome.stdout).toMatch(/token +secret +\/run\/secrets\/token/);
  expect(outcome.stdout).not.toContain("it ran\n");
  expect(left()).toEqual([]);
});

test("--help has our flags, and Docker's", async () => {
  const project = await createProject({});
  const outcome = await runBuildseal(["run", "--help"], { env: engine.env, cwd: project.folder });
  expect(outcome.status, outcome.output).toBe(0);
  for (const flag of ["--seal-with", "--seal-print", "--cidfile", "--volumes-from"])
    expect(outcome.stdout).toContain(flag);
});

describe.each(["old", "containerd"] satisfies EngineKind[])("with the engine %s", (kind) => {
  test("a container gets its secret, and a folder that is not seen is told", async () => {
    await using other = await openEngine(kind);
    const { start, left } = await createGrantedRun(other);
    const outcome = await start(["--rm"], 'cat "$TOKEN_FILE"; exit 6').ended;
    expect(outcome.status, outcome.output).toBe(6);
    expect(outcome.stdout).toBe("[secret token]");
    const unseen = `/run/docker/${unique()}`;
    mkdirSync(unseen, { recursive: true });
    onTestFinished(() => rmSync(unseen, { recursive: true, force: true }));
    const refused = await start([], "echo it ran", { variables: { BUILDSEAL_RUN_DIR: unseen } }).ended;
    expect(refused.status, refused.output).toBe(125);
    expect(refused.stderr).toContain("does not see");
    expect(left()).toEqual([]);
  });
});

function readQuietly(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
