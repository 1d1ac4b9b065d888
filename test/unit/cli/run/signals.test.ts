import { expect, onTestFinished, test } from "vitest";
import { createSignals } from "../../../../src/cli/run/signals.ts";
import type { DockerProcess } from "../../../../src/system/docker-process.ts";
import { until } from "../../system/scratch.ts";

function fakeDocker() {
  const told: string[] = [];
  return { told, docker: { tell: (signal: string) => void told.push(signal) } as unknown as DockerProcess };
}

test("a signal is handed on as it is, and the third kills the container, then docker", async () => {
  const { told, docker } = fakeDocker();
  const signals = createSignals();
  onTestFinished(signals.stop);
  signals.follow(docker, async () => void told.push("the container is killed"));
  signals.passOn(docker, "SIGINT");
  signals.passOn(docker, "SIGTERM");
  expect(told).toEqual(["SIGINT", "SIGTERM"]);
  signals.passOn(docker, "SIGINT");
  await until(() => told.length === 4);
  expect(told.slice(2)).toEqual(["the container is killed", "SIGKILL"]);
});

test("the third ends docker though the engine does not let the container be killed, or none is there", async () => {
  for (const kill of [() => Promise.reject(new Error("no engine")), undefined]) {
    const { told, docker } = fakeDocker();
    const signals = createSignals();
    onTestFinished(signals.stop);
    if (kill !== undefined) signals.follow(docker, kill);
    for (let times = 0; times < 3; times++) signals.passOn(docker, "SIGTERM");
    await until(() => told.at(-1) === "SIGKILL");
  }
});

test("what only a container hears is handed on while one runs", async () => {
  const { told, docker } = fakeDocker();
  const signals = createSignals();
  signals.follow(docker, async () => {});
  process.emit("SIGUSR2");
  process.emit("SIGQUIT");
  signals.stop();
  process.emit("SIGUSR2");
  expect(told).toEqual(["SIGUSR2", "SIGQUIT"]);
});
