import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runBuildseal, startBuildseal } from "./buildseal.ts";
import { tokenConfig } from "./granted-build.ts";
import { openEngine } from "./open-engine.ts";
import { pushBase } from "./place.ts";
import { createProject, unique } from "./project.ts";
import { type Builder, startContainerBuilder } from "./service/builder.ts";
import type { Engine } from "./service/engine.ts";
import { type Registry, startRegistry } from "./service/registry.ts";
import { createValue } from "./value.ts";

let engine: Engine;
let registry: Registry;
let builder: Builder;
let base: string;
beforeAll(async () => {
  engine = await openEngine("new", { buildx: "newest" });
  registry = await startRegistry();
  base = await pushBase(engine, registry, "buildseal/busybox");
  // Without limits for the log of a step, which else cut it at 2 MB.
  const env = { BUILDKIT_STEP_LOG_MAX_SIZE: "-1", BUILDKIT_STEP_LOG_MAX_SPEED: "-1" };
  builder = await startContainerBuilder(engine, { registries: [registry.address], env });
});
afterAll(async () => {
  await builder.stop();
  await registry.stop();
  await engine.stop();
});

describe("a log line of 50 MB", () => {
  test("comes through, is masked to its end, and does not fill the memory", async () => {
    const project = await createProject({
      Dockerfile: `FROM ${base}\nRUN : granted ${unique()}; head -c 52428800 /dev/zero | tr '\\0' x; cat /run/secrets/token; echo the-end\n`,
      "buildseal.yaml": tokenConfig,
    });
    const running = startBuildseal(["build", "--builder", builder.name, "-o", "type=cacheonly", project.folder], {
      env: engine.env,
      variables: { JOB_TOKEN: createValue() },
    });
    let peakMegabytes = 0;
    const looking = setInterval(() => {
      const peak = /VmHWM:\s+(\d+) kB/.exec(statusOf(running.pid))?.[1];
      peakMegabytes = Math.max(peakMegabytes, Number(peak ?? 0) / 1024);
    }, 50);
    const outcome = await running.ended;
    clearInterval(looking);
    expect(outcome.status, outcome.output.slice(-2000)).toBe(0);
    expect(outcome.output).toMatch(/x\[secret token\]the-end/);
    expect(outcome.output.length).toBeGreaterThan(52_428_800);
    expect(peakMegabytes).toBeGreaterThan(0);
    expect(peakMegabytes).toBeLessThan(400);
  });
});

const statusOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "";
  }
};

describe("a Dockerfile of 2,000 steps", () => {
  test("is read, granted and shown in seconds", async () => {
    const steps = Array.from({ length: 2000 }, (_, at) => (at % 10 === 0 ? `RUN : granted ${at}` : `RUN : ${at}`));
    const project = await createProject({
      Dockerfile: `FROM buildseal/busybox\n${steps.join("\n")}\n`,
      "buildseal.yaml": tokenConfig,
    });
    const started = Date.now();
    const outcome = await runBuildseal(["build", "--seal-print", project.folder], engine);
    expect(outcome.status, outcome.stderr).toBe(0);
    expect(outcome.stdout.match(/^\+RUN --mount=type=secret,id=token/gm)).toHaveLength(200);
    expect(Date.now() - started).toBeLessThan(10_000);
  });
});
