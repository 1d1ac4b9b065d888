import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { runBuildseal, startBuildseal } from "./buildseal.ts";
import { hasImage } from "./docker.ts";
import { createEndlessBuild, holdsValue, temporaryFilesWith } from "./endless-build.ts";
import { mountMemory } from "./memory-folder.ts";
import { openEngine } from "./open-engine.ts";
import { descendantsOf, holdsWithin, processesWith, stillRunning } from "./process-tree.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { createValue } from "./value.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

describe("in the middle of a granted step", () => {
  test("kill -9 leaves no secret, no Docker and no running step behind", async () => {
    const { start, value, left, stepRuns } = await createEndlessBuild(engine);
    const running = await start();
    const children = descendantsOf(running.pid);
    expect(children.length).toBeGreaterThan(0);
    expect(stepRuns()).toBe(true);
    running.kill("SIGKILL");
    expect((await running.ended).status).toBe(137);
    expect(await holdsWithin(2000, () => left().length === 0), left().join("\n")).toBe(true);
    expect(await holdsWithin(2000, () => stillRunning(children).length === 0)).toBe(true);
    expect(await holdsWithin(10_000, () => !stepRuns())).toBe(true);
    expect(temporaryFilesWith(value)).toEqual([]);
  });

  test.each([
    { signal: "SIGTERM", status: 143 },
    { signal: "SIGINT", status: 130 },
  ] as const)("$signal reaches Docker, everything is taken away, and the status is $status", async (how) => {
    const { start, value, left, stepRuns, image } = await createEndlessBuild(engine);
    const running = await start();
    const children = descendantsOf(running.pid);
    running.kill(how.signal);
    expect((await running.ended).status).toBe(how.status);
    expect(left()).toEqual([]);
    expect(stillRunning(children)).toEqual([]);
    expect(await holdsWithin(10_000, () => !stepRuns())).toBe(true);
    expect(temporaryFilesWith(value)).toEqual([]);
    expect(await hasImage(engine, image)).toBe(false);
  });
});

/** A build of nothing, which has the same folders for temporary things as another one. */
async function buildBeside({ memory, disk }: { readonly memory: string; readonly disk: string }): Promise<void> {
  const project = await createProject({ Dockerfile: "FROM buildseal/busybox\n" });
  const outcome = await runBuildseal(["build", project.folder], {
    env: engine.env,
    variables: { XDG_RUNTIME_DIR: memory, TMPDIR: disk },
  });
  expect(outcome.status, outcome.output).toBe(0);
}

describe("a start", () => {
  test("leaves alone what belongs to a running build", async () => {
    const endless = await createEndlessBuild(engine);
    const running = await endless.start();
    const before = endless.left();
    expect(before.length).toBeGreaterThan(0);
    await buildBeside(endless);
    expect(endless.left()).toEqual(before);
    running.kill("SIGTERM");
    await running.ended;
  });

  test("takes away what a machine that crashed has left", async () => {
    const endless = await createEndlessBuild(engine);
    const running = await endless.start();
    const children = descendantsOf(running.pid);
    // The guardian would take it away, and another one is started where it dies: without power all end at once.
    const guardian = processesWith("/guardian").filter((pid) => children.includes(pid));
    expect(guardian).toHaveLength(1);
    running.kill("SIGSTOP");
    for (const pid of [...guardian, ...children, running.pid]) killQuietly(pid);
    await running.ended;
    expect(endless.left().filter((path) => holdsValue(path, endless.value))).toHaveLength(1);
    await buildBeside(endless);
    expect(endless.left()).toEqual([]);
  });
});

function killQuietly(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It went with another.
  }
}

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
