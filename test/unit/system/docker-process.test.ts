import { expect, onTestFinished, test, vi } from "vitest";
import { startDocker } from "../../../src/system/docker-process.ts";

const start = (lines: string) =>
  startDocker({
    program: "/bin/sh",
    args: ["-c", lines],
    environment: { PATH: "/usr/bin:/bin" },
    stdout: "pipe",
    keeper: { keepChild: () => {}, forgetChild: () => {} },
    asUser: (run) => run(),
  });

test.each([
  ["by itself", "exit 3", 3],
  ["by a signal", "kill -TERM $$", 143],
])("one that has ended %s is told nothing more: its number may be another's", async (_, lines, status) => {
  const docker = start(lines);
  docker.stdout?.resume();
  docker.stderr.resume();
  expect((await docker.ended).status).toBe(status);
  const kill = vi.spyOn(process, "kill").mockReturnValue(true);
  onTestFinished(() => kill.mockRestore());
  docker.tell("SIGTERM");
  docker.interrupt("SIGINT");
  expect(kill).not.toHaveBeenCalled();
});

test("one that runs is told, with all that it started", async () => {
  const docker = start("sleep 60 & wait");
  docker.stdout?.resume();
  docker.stderr.resume();
  docker.tell("SIGTERM");
  expect((await docker.ended).status).toBe(143);
});
