import { expect, test } from "vitest";
import { readProbe } from "../../../../src/cli/run/probe.ts";
import { mountWord } from "../../../../src/cli/run/words.ts";

// as Engine 26.1 and 28.5, Docker Desktop and podman say it
test.each([
  ["Error response from daemon: No such image: buildseal-probe-x:none", "shared"],
  [
    'Error response from daemon: invalid mount config for type "bind": bind source path does not exist: /dev/shm/x',
    "not shared",
  ],
  ["Error response from daemon: mounts denied: The path /dev/shm/x is not shared from the host", "not shared"],
  ["Cannot connect to the Docker daemon at unix:///nowhere.sock. Is the docker daemon running?", "unreachable"],
  ["permission denied while trying to connect to the Docker daemon socket at unix:///x.sock", "unreachable"],
  ["error during connect: Get https://host:2376/: remote error", "unreachable"],
  ["Error: buildseal-probe-x:none: image not known", "shared"],
  ["something that nobody knows", "unknown"],
] as const)("%s means: %s", (said, means) => {
  expect(readProbe(1, said)).toBe(means);
});

test("a folder's path comes through as one field, whatever is in it", () => {
  expect(mountWord("/dev/shm/x")).toBe("--mount=type=bind,src=/dev/shm/x,dst=/run/secrets,readonly");
  expect(mountWord('/a,b"c')).toBe('--mount=type=bind,"src=/a,b""c",dst=/run/secrets,readonly');
});
