import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findLocalImage, listLocalNames, saveLocalImage } from "../../../src/system/docker-image.ts";
import { isRunning, scratch, until } from "./scratch.ts";

/** A docker that is a shell's script; what it starts and puts into $FOLDER/pid ends with the test. */
function dockerThat(script: string) {
  const folder = scratch();
  const docker = join(folder, "docker");
  writeFileSync(docker, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const pid = (): number => (existsSync(join(folder, "pid")) ? Number(readFileSync(join(folder, "pid"), "utf8")) : 0);
  onTestFinished(() => {
    if (pid() > 0 && isRunning(pid())) process.kill(pid(), "SIGKILL");
  });
  return { docker, environment: { PATH: process.env["PATH"], FOLDER: folder }, pid };
}

const silent = "sleep 100 & echo $! > $FOLDER/pid; wait";

test("an engine has an image, has it not, or cannot be asked, which is told apart", async () => {
  const answers = {
    'echo "sha256:1"': { kind: "there" },
    'echo "Error: No such image: app:1" >&2; exit 1': { kind: "absent" },
    'echo "Error response from daemon: No such image: app:1" >&2; exit 1': { kind: "absent" },
    'echo "permission denied while trying to connect" >&2; exit 1': {
      kind: "unknown",
      why: "permission denied while trying to connect",
    },
    "exit 3": { kind: "unknown", why: "docker ended with 3" },
  };
  for (const [script, answer] of Object.entries(answers)) {
    const { docker, environment } = dockerThat(script);
    expect(await findLocalImage(docker, "app:1", environment)).toEqual(answer);
  }
});

test("an engine that never answers is waited for no longer than was said", async () => {
  const { docker, environment } = dockerThat(silent);
  const why = "it did not answer within 0.5 s";
  expect(await findLocalImage(docker, "app:1", environment, 500)).toEqual({ kind: "unknown", why });
  expect(await listLocalNames(docker, environment, 500)).toEqual([]);
});

test("an engine's images have names, but for those that have none", async () => {
  const { docker, environment } = dockerThat("printf 'app:1\\n<none>:<none>\\nteam/app:<none>\\nteam/app:2\\n'");
  expect(await listLocalNames(docker, environment)).toEqual(["app:1", "team/app:2"]);
});

async function saved(script: string, silenceMs?: number): Promise<string> {
  const { docker, environment } = dockerThat(script);
  const parts: Uint8Array[] = [];
  for await (const part of saveLocalImage(docker, "app:1", environment, silenceMs)) parts.push(part);
  return Buffer.concat(parts).toString();
}

test("what an engine gives of an image ends with what it said where that was not all", async () => {
  expect(await saved('printf "%s " "$@"')).toBe("image save app:1 ");
  const failing = saved("echo some; echo first >&2; echo unexpected EOF >&2; exit 1");
  await expect(failing).rejects.toThrow("docker image save ended with 1: unexpected EOF");
});

test("an engine that goes silent in the middle of an image is not waited for for ever", async () => {
  const { docker, environment, pid } = dockerThat(`echo some; ${silent}`);
  const parts: string[] = [];
  const read = async (): Promise<void> => {
    for await (const part of saveLocalImage(docker, "app:1", environment, 500)) parts.push(String(part));
  };
  await expect(read()).rejects.toThrow("docker image save said nothing for 0.5 s");
  expect(parts).toEqual(["some\n"]);
  await until(() => pid() > 0);
});
