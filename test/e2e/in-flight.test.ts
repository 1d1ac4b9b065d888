import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal } from "./buildseal.ts";
import { createEndlessBuild, holdsValue } from "./endless-build.ts";
import { tokenConfig } from "./granted-build.ts";
import { openEngine } from "./open-engine.ts";
import { descendantsOf } from "./process-tree.ts";
import { createProject, unique } from "./project.ts";
import type { Engine } from "./service/engine.ts";
import { createValue, formsOf } from "./value.ts";

let engine: Engine;
beforeAll(async () => {
  engine = await openEngine("new");
});
afterAll(() => engine.stop());

const read = (pid: number, what: string): string => readFileSync(`/proc/${pid}/${what}`, "latin1");

describe("while a granted step runs", () => {
  test("its secret is in memory alone, in one file that nobody else may read", async () => {
    const { start, value, memory, left } = await createEndlessBuild(engine);
    const running = await start();
    const found = left().filter((path) => holdsValue(path, value));
    expect(found).toHaveLength(1);
    expect(found[0]!.startsWith(`${memory}/buildseal.store-`)).toBe(true);
    expect(statSync(found[0]!).mode & 0o777).toBe(0o600);
    for (const path of left().filter((path) => statSync(path).isDirectory())) {
      expect(statSync(path).mode & 0o077).toBe(0);
    }
    running.kill("SIGTERM");
    await running.ended;
  });

  test("no process has a value in its arguments, and Docker none in its environment, nor what could mint one", async () => {
    const { start, value } = await createEndlessBuild(engine);
    const minting = {
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: createValue(),
      ACTIONS_RUNTIME_TOKEN: createValue(),
      ALL_SECRETS: `{"A":"${createValue()}"}`,
      CI_JOB_JWT: createValue(),
    };
    const running = await start(minting);
    const children = descendantsOf(running.pid);
    expect(children.length).toBeGreaterThanOrEqual(2);
    const values = [value, ...Object.values(minting)].flatMap((one) => [...formsOf(one).values()]);
    for (const pid of [running.pid, ...children]) {
      expect(values.some((one) => read(pid, "cmdline").includes(one))).toBe(false);
    }
    for (const pid of children) {
      const environment = read(pid, "environ");
      expect(values.some((one) => environment.includes(one))).toBe(false);
      expect(environment).not.toMatch(/JOB_TOKEN=|ID_TOKEN_REQUEST_TOKEN=|ALL_SECRETS=/);
    }
    running.kill("SIGTERM");
    await running.ended;
  });

  test("no core of it would hold its memory, and no inspector opens by a signal", async () => {
    const { start } = await createEndlessBuild(engine);
    const running = await start();
    // core(5): of which kinds of memory a core file gets a copy.
    for (const pid of [running.pid, ...descendantsOf(running.pid)]) {
      expect(Number.parseInt(read(pid, "coredump_filter"), 16)).toBe(0);
    }
    running.kill("SIGUSR1");
    await sleep(500);
    expect(running.output()).not.toMatch(/Debugger listening/);
    running.kill("SIGTERM");
    expect((await running.ended).status).toBe(143);
  });
});

describe("two builds at once with the same configuration", () => {
  test("do not meet: each step gets its own build's value", async () => {
    const project = await createProject({ "buildseal.yaml": tokenConfig });
    const builds = await Promise.all(
      [1, 2].map(async (number) => {
        const value = createValue();
        // A file of its own makes a step of its own: identical steps are merged by the builder.
        const file = await project.write(
          `Dockerfile.${number}`,
          `FROM buildseal/busybox\nRUN : granted ${unique()}; sleep 1; sha256sum </run/secrets/token\n`,
        );
        const outcome = await runBuildseal(["build", "--network=none", "-f", file, project.folder], {
          env: engine.env,
          variables: { JOB_TOKEN: value },
        });
        return { outcome, value };
      }),
    );
    for (const { outcome, value } of builds) {
      expect(outcome.status, outcome.output).toBe(0);
      expect(outcome.output).toContain(createHash("sha256").update(value).digest("hex"));
    }
  });
});
