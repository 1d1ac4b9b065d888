import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { type Running, runBuildseal, startBuildseal } from "./buildseal.ts";
import { hasImage } from "./docker.ts";
import { tokenConfig } from "./granted-build.ts";
import { createMemoryFolder, mountMemory } from "./memory-folder.ts";
import { descendantsOf, holdsWithin, processesWith, stillRunning } from "./process-tree.ts";
import { createProject, unique } from "./project.ts";
import { createScratch } from "./scratch.ts";
import { type Engine, startEngine } from "./service/engine.ts";
import { createValue, formsOf } from "./value.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine("new");
  await engine.loadImage("busybox");
});
afterAll(() => engine.stop());

/** A build whose granted step runs for a very long time, in folders of its own. */
async function createEndless() {
  const memory = createMemoryFolder();
  onTestFinished(memory.remove);
  const disk = createScratch("tmp");
  const word = unique();
  const seconds = `${7_000_000 + Math.floor(Math.random() * 1_000_000)}`;
  const project = await createProject({
    Dockerfile: `FROM buildseal/busybox\nRUN : granted ${word}; echo the step runs; sleep ${seconds}\n`,
    "buildseal.yaml": tokenConfig,
  });
  const value = createValue();
  return {
    value,
    folders: [memory.path, disk],
    stepRuns: () => processesWith(`sleep ${seconds}`).some((pid) => !isShell(pid)),
    start: async (): Promise<Running> => {
      const running = startBuildseal(["build", "--network=none", "-t", `killed:${word}`, project.folder], {
        env: engine.env,
        variables: { JOB_TOKEN: value, XDG_RUNTIME_DIR: memory.path, TMPDIR: disk },
      });
      // The step's own words, not the line that shows its command.
      await running.prints(/(?<!echo )the step runs\s*$/m);
      return running;
    },
    image: `killed:${word}`,
  };
}

const isShell = (pid: number): boolean => readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("/bin/sh");

/** Files under these folders whose bytes hold the value, and whatever else is there. */
function leftIn(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
  );
}

/** Small files in the places for temporary things that hold a value, whoever made them. */
function filesWith(value: string): string[] {
  const forms = [...formsOf(value).values()];
  return ["/dev/shm", "/run", "/tmp", "/var/tmp"].flatMap((place) =>
    readdirSync(place, { recursive: true })
      .map((name) => join(place, String(name)))
      .filter((path) => {
        try {
          const stat = statSync(path);
          if (!stat.isFile() || stat.size > 1 << 20 || Date.now() - stat.ctimeMs > 300_000) return false;
          const content = readFileSync(path, "latin1");
          return forms.some((form) => content.includes(form));
        } catch {
          return false;
        }
      }),
  );
}

describe("in the middle of a granted step", () => {
  test("the secret is in memory only, and nobody else may read it", async () => {
    const { start, value, folders } = await createEndless();
    const running = await start();
    const found = folders.flatMap((folder) => leftIn([folder]).filter((path) => holds(path, value)));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(folders[0]);
    expect(statSync(found[0]!).mode & 0o777).toBe(0o600);
    running.kill("SIGTERM");
    await running.ended;
  });

  test("kill -9 leaves no secret, no Docker and no running step behind", async () => {
    const { start, value, folders, stepRuns } = await createEndless();
    const running = await start();
    const children = descendantsOf(running.pid);
    expect(children.length).toBeGreaterThan(0);
    expect(stepRuns()).toBe(true);
    running.kill("SIGKILL");
    expect((await running.ended).status).toBe(137);
    expect(await holdsWithin(2000, () => leftIn(folders).length === 0), leftIn(folders).join("\n")).toBe(true);
    expect(await holdsWithin(2000, () => stillRunning(children).length === 0)).toBe(true);
    expect(await holdsWithin(10_000, () => !stepRuns())).toBe(true);
    expect(filesWith(value)).toEqual([]);
  });

  test.each([
    { signal: "SIGTERM", status: 143 },
    { signal: "SIGINT", status: 130 },
  ] as const)("$signal reaches Docker, everything is taken away, and the status is $status", async (how) => {
    const { start, value, folders, stepRuns, image } = await createEndless();
    const running = await start();
    const children = descendantsOf(running.pid);
    running.kill(how.signal);
    expect((await running.ended).status).toBe(how.status);
    expect(leftIn(folders)).toEqual([]);
    expect(stillRunning(children)).toEqual([]);
    expect(await holdsWithin(10_000, () => !stepRuns())).toBe(true);
    expect(filesWith(value)).toEqual([]);
    expect(await hasImage(engine, image)).toBe(false);
  });
});

const holds = (path: string, value: string): boolean =>
  statSync(path).isFile() && readFileSync(path, "latin1").includes(value);

describe("a running build", () => {
  test("keeps its folders while another one starts and ends", async () => {
    const { start, folders } = await createEndless();
    const running = await start();
    const live = leftIn(folders);
    expect(live.length).toBeGreaterThan(0);
    const project = await createProject({ Dockerfile: "FROM buildseal/busybox\n" });
    const other = await runBuildseal(["build", project.folder], {
      env: engine.env,
      variables: { XDG_RUNTIME_DIR: folders[0]!, TMPDIR: folders[1]! },
    });
    expect(other.status, other.output).toBe(0);
    expect(leftIn(folders)).toEqual(live);
    running.kill("SIGTERM");
    await running.ended;
  });
});

describe("a machine that crashed", () => {
  test("is cleaned at the next start of what was left", async () => {
    const { start, folders, value } = await createEndless();
    const running = await start();
    // The guardian would take it away: on a machine without power it is gone too.
    const children = descendantsOf(running.pid);
    const guardian = children.filter((pid) => processesWith("/guardian").includes(pid));
    expect(guardian).toHaveLength(1);
    for (const pid of [...guardian, running.pid, ...children]) killQuietly(pid);
    await running.ended;
    expect(leftIn(folders).filter((path) => holds(path, value))).toHaveLength(1);

    const project = await createProject({ Dockerfile: "FROM buildseal/busybox\n" });
    const next = await runBuildseal(["build", project.folder], {
      env: engine.env,
      variables: { XDG_RUNTIME_DIR: folders[0]!, TMPDIR: folders[1]! },
    });
    expect(next.status, next.output).toBe(0);
    expect(leftIn(folders)).toEqual([]);
  });
});

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went with another.
  }
}

describe("two builds at once with the same configuration", () => {
  test("do not meet: each step gets its own build's value", async () => {
    const project = await createProject({ "buildseal.yaml": tokenConfig });
    const builds = await Promise.all(
      [1, 2].map(async (number) => {
        const value = createValue();
        const word = unique();
        // A file of its own makes a step of its own: identical steps are merged by the builder.
        await project.write(
          `Dockerfile.${number}`,
          `FROM buildseal/busybox\nRUN : granted ${word}; sleep 2; sha256sum </run/secrets/token\n`,
        );
        const args = ["build", "--network=none", "-f", project.path(`Dockerfile.${number}`), project.folder];
        const outcome = await runBuildseal(args, { env: engine.env, variables: { JOB_TOKEN: value } });
        return { outcome, value };
      }),
    );
    const { createHash } = await import("node:crypto");
    for (const { outcome, value } of builds) {
      expect(outcome.status, outcome.output).toBe(0);
      expect(outcome.output).toContain(createHash("sha256").update(value).digest("hex"));
    }
  });
});

describe("a memory that is full", () => {
  const build = async (memory: string, file: string, step: string) => {
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox\n${step}\n`,
      "buildseal.yaml": `version: 1
secrets: { token: { from: file, path: ${file} } }
grants: [{ secret: token, steps: { run: granted } }]
`,
    });
    return startBuildseal(["build", "--network=none", project.folder], {
      env: engine.env,
      variables: { XDG_RUNTIME_DIR: memory },
    });
  };

  test("at the start is passed over for another place", async () => {
    const memory = mountMemory(64);
    onTestFinished(memory.remove);
    const outside = await createProject({ token: createValue() });
    const running = await build(memory.path, outside.path("token"), `RUN : granted ${unique()}`);
    const outcome = await running.ended;
    expect(outcome.status, outcome.output).toBe(0);
  });

  test("in the middle keeps a renewed value from its file: that is said, and steps get the old one", async () => {
    const memory = mountMemory(3072);
    onTestFinished(memory.remove);
    const outside = await createProject({ token: createValue() });
    const word = unique();
    const running = await build(
      memory.path,
      outside.path("token"),
      `RUN : granted ${word}; echo the step runs; sleep 3\nRUN : granted ${word}; cat /run/secrets/token`,
    );
    await running.prints(/(?<!echo )the step runs\s*$/m);
    writeFileSync(join(memory.path, "full"), "");
    const fill = (): void => writeFileSync(join(memory.path, "full"), Buffer.alloc(4 << 20));
    expect(fill).toThrow("ENOSPC");
    await outside.write("token", createValue());
    await sleep(2000);
    truncateSync(join(memory.path, "full"));
    const outcome = await running.ended;
    expect(outcome.status, outcome.output).toBe(0);
    expect(outcome.stderr).toMatch(/renew|new value/i);
    expect(outcome.output).toContain("[secret token]");
  });
});
