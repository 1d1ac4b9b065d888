import { expect, test } from "vitest";
import { probeFolder, readProbe } from "../../../../src/cli/run/probe.ts";
import type { RunTools } from "../../../../src/cli/run/tools.ts";
import { mountWord } from "../../../../src/cli/run/words.ts";
import type { CommandOutcome } from "../../../../src/identity/host.ts";
import { sealErrorOf } from "../../identity/fake-host.ts";

const name = "buildseal-probe-x";

// as Engine 26.1 and 28.5, Docker Desktop and podman say it
test.each([
  ["Error response from daemon: No such image: buildseal-probe-x:none", "shared"],
  ["Error response from daemon: No such image: docker.io/library/buildseal-probe-x:none", "shared"],
  ["Error: buildseal-probe-x:none: image not known", "shared"],
  [
    'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /dev/shm/x',
    "not shared",
  ],
  ["Error response from daemon: mounts denied: The path /dev/shm/x is not shared from the host", "not shared"],
  ["Cannot connect to the Docker daemon at unix:///nowhere.sock. Is the docker daemon running?", "unusable"],
  ["permission denied while trying to connect to the Docker daemon socket at unix:///x.sock", "unusable"],
  ["error during connect: Get https://host:2376/: remote error", "unusable"],
  ['Failed to initialize: unable to resolve docker endpoint: context "x": context not found', "unusable"],
  [
    "error during connect: Post http://host:2375/v1.51/containers/create: lookup host: no such host, not found",
    "unusable",
  ],
  ["Error response from daemon: 404 page not found", "unusable"],
  ["Error response from daemon: No such image: another:none", "unusable"],
  ["something that nobody knows", "unusable"],
  ["", "unusable"],
] as const)("%s means: %s", (said, means) => {
  expect(readProbe(said, name)).toBe(means);
});

const outcomeOf = (stderr: string, status = 1): CommandOutcome => ({
  ...{ kind: "exited", status, stdout: new Uint8Array(), stderr },
});
const probe = (answer: (command: readonly string[]) => CommandOutcome) =>
  probeFolder(
    "/dev/shm/x",
    { docker: "docker", run: async ({ command }) => answer(command) } as RunTools,
    "tcp://e:2375",
  );

test("an engine that names the probe's own image sees the folder", async () => {
  await probe((command) => outcomeOf(`Error response from daemon: No such image: ${command.at(-1)}`));
});

test("one that cannot be used is told in Docker's own words, and one that is silent with its status", async () => {
  const said = 'WARNING: an old client\nFailed to initialize: context "x": context not found\n';
  expect((await sealErrorOf(probe(() => outcomeOf(said)))).message).toBe(
    'The engine tcp://e:2375 cannot be used: Failed to initialize: context "x": context not found',
  );
  expect((await sealErrorOf(probe(() => outcomeOf("", 3)))).message).toContain("ended with 3");
});

test("a folder's path comes through as one field, whatever is in it", () => {
  expect(mountWord("/dev/shm/x")).toBe("--mount=type=bind,src=/dev/shm/x,dst=/run/secrets,readonly");
  expect(mountWord('/a,b"c')).toBe('--mount=type=bind,"src=/a,b""c",dst=/run/secrets,readonly');
});
