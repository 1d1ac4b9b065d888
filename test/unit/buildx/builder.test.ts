import { expect, test } from "vitest";
import { builderFacts, readBuilder } from "../../../src/buildx/builder.ts";
import { parseInspection } from "../../../src/buildx/inspection.ts";
import type { CommandOutcome, RunCommand } from "../../../src/identity/host.ts";

/** As printed by buildx 0.13.1 on Engine 26.1.5. */
const oldEngine = `Name:   default
Driver: docker

Nodes:
Name:             default
Endpoint:         default
Status:           running
BuildKit version: v0.0.0+unknown
Platforms:        linux/amd64, linux/amd64/v2, linux/386
Labels:
 org.mobyproject.buildkit.worker.moby.host-gateway-ip: <nil>
`;

/** By buildx 0.29.1 on Engine 28.5.2 with the containerd image store. */
const containerdEngine = `Name:          default
Driver:        docker
Last Activity: 2026-11-21 07:54:48 +0000 UTC

Nodes:
Name:             default
Endpoint:         default
Status:           running
BuildKit version: v0.0.0+unknown
Platforms:        linux/amd64 (+4), linux/386
Labels:
 org.mobyproject.buildkit.worker.executor:    containerd
 org.mobyproject.buildkit.worker.snapshotter: overlayfs
GC Policy rule#0:
 All:            false
 Filters:        type==source.local,type==exec.cachemount
 Keep Duration:  48h0m0s
`;

/** By buildx 0.36.1: two nodes, one with its configuration file. */
const container = `Name:          con
Driver:        docker-container
Last Activity: 2026-11-21 08:12:29 +0000 UTC

Nodes:
Name:                  con0
Endpoint:              unix:///run/docker.sock
Driver Options:        image="moby/buildkit:v0.12" network="host" env.NO_PROXY="a,\\"b\\""
Status:                running
BuildKit daemon flags: --allow-insecure-entitlement=network.host
BuildKit version:      v0.12.5
Platforms:             linux/amd64*, linux/arm64*
Labels:
 org.mobyproject.buildkit.worker.executor: oci
Features:
 Cache export: true
File#buildkitd.toml:
 > [registry."127.0.0.1:5000"]
 >   http = true

Name:     con1
Endpoint: tcp://10.0.0.2:2376
Error:    connection refused
`;

const remoteDown = `Name:   rem
Driver: remote

Nodes:
Name:           rem0
Endpoint:       tcp://127.0.0.1:1239
Driver Options: cacert="/c/ca.pem" cert="/c/cert.pem" key="/c/key.pem"
Status:         inactive
`;

const engineDown = `Name:   default
Driver: 
Error:  Cannot connect to the Docker daemon at unix:///nope.sock. Is the docker daemon running?
`;

const containerAsleep = `Name:   con
Driver: docker-container

Nodes:
Name:     con0
Endpoint: unix:///run/docker.sock
Status:   inactive
`;

test("the text of an old and of a new buildx is read", () => {
  expect(parseInspection(oldEngine)).toEqual({
    name: "default",
    driver: "docker",
    nodes: [
      {
        name: "default",
        endpoint: "default",
        status: "running",
        buildkit: "v0.0.0+unknown",
        platforms: ["linux/amd64", "linux/amd64/v2", "linux/386"],
        options: {},
        labels: { "org.mobyproject.buildkit.worker.moby.host-gateway-ip": "<nil>" },
      },
    ],
  });
  expect(parseInspection(container)).toMatchObject({
    name: "con",
    driver: "docker-container",
    nodes: [
      {
        name: "con0",
        endpoint: "unix:///run/docker.sock",
        status: "running",
        buildkit: "v0.12.5",
        platforms: ["linux/amd64", "linux/arm64"],
        options: { image: "moby/buildkit:v0.12", network: "host", "env.NO_PROXY": 'a,"b"' },
        labels: { "org.mobyproject.buildkit.worker.executor": "oci" },
      },
      { name: "con1", endpoint: "tcp://10.0.0.2:2376", status: "", error: "connection refused" },
    ],
  });
});

test("an engine that does not tell its BuildKit is known by its own version", () => {
  expect(builderFacts(parseInspection(oldEngine), "26.1.5+dfsg1")).toMatchObject({
    store: "graph",
    buildkit: [0, 13, 0],
    frontendTakesEnv: false,
    takesSeveralOutputs: true,
    loadsByDefault: true,
    keepsImages: true,
  });
  expect(builderFacts(parseInspection(containerdEngine), "28.5.2+dfsg4")).toMatchObject({
    store: "containerd",
    frontendTakesEnv: true,
  });
  expect(builderFacts(parseInspection(oldEngine)).frontendTakesEnv).toBeUndefined();
});

test("the oldest node counts", () => {
  const text = container.replace("Error:    connection refused", "Status:   running\nBuildKit version: v0.32.0");
  expect(builderFacts(parseInspection(text))).toMatchObject({
    store: "cache",
    buildkit: [0, 12, 5],
    frontendTakesEnv: false,
  });
  expect(builderFacts(parseInspection(container)).frontendTakesEnv).toBeUndefined();
});

const printed = (text: string): CommandOutcome => ({
  kind: "exited",
  status: 0,
  stdout: Buffer.from(text),
  stderr: "",
});

/** Reads a builder from what the calls of buildx give, one after the other. */
function read(outcomes: readonly CommandOutcome[], ask: Partial<Parameters<typeof readBuilder>[0]> = {}) {
  const calls: (readonly string[])[] = [];
  const run: RunCommand = async ({ command }) => {
    calls.push(command);
    return outcomes[calls.length - 1]!;
  };
  const facts = readBuilder({
    buildx: ["docker", "buildx"],
    run,
    builder: undefined,
    boot: true,
    endpointOf: async (address) => ({ address, tls: false }),
    engineVersion: async () => "28.5.2",
    ...ask,
  });
  return { facts, calls };
}

test("one call is enough for a builder that runs", async () => {
  const { facts, calls } = read([printed(oldEngine)], { builder: "default" });
  expect(await facts).toMatchObject({ name: "default", frontendTakesEnv: true });
  expect(calls).toEqual([["docker", "buildx", "inspect", "--", "default"]]);
});

test("a builder that sleeps is started, unless nothing is to be run", async () => {
  const awake = containerAsleep.replace("inactive", "running\nBuildKit version: v0.32.0");
  const { facts, calls } = read([printed(containerAsleep), printed(awake)]);
  expect(await facts).toMatchObject({ frontendTakesEnv: true });
  expect(calls[1]).toEqual(["docker", "buildx", "inspect", "--bootstrap"]);
  const looked = read([printed(containerAsleep)], { boot: false });
  expect(await looked.facts).toMatchObject({ frontendTakesEnv: undefined, nodes: [{ isRunning: false }] });
});

test.each<[string, CommandOutcome, string, string]>([
  ["no buildx program", { kind: "not-found" }, "DOCKER", "no buildx"],
  [
    "no plugin, said by an old docker",
    {
      kind: "exited",
      status: 1,
      stdout: new Uint8Array(),
      stderr: "docker: 'buildx' is not a docker command.\nSee 'docker --help'\n",
    },
    "DOCKER",
    "no buildx",
  ],
  [
    "no plugin, said by a new docker",
    {
      kind: "exited",
      status: 1,
      stdout: new Uint8Array(),
      stderr: "docker: unknown command: docker buildx\n\nRun 'docker --help' for more information\n",
    },
    "DOCKER",
    "no buildx",
  ],
  [
    "no such builder",
    { kind: "exited", status: 1, stdout: new Uint8Array(), stderr: 'ERROR: no builder "x" found\n' },
    "BUILDER",
    "There is no builder x.",
  ],
  [
    "an engine that is down",
    printed(engineDown),
    "BUILDER",
    "Cannot connect to the Docker daemon at unix:///nope.sock",
  ],
  ["a remote builder that is down", printed(remoteDown), "BUILDER", "tcp://127.0.0.1:1239 does not answer"],
  [
    "a builder that never answers",
    { kind: "too-slow", stdout: new Uint8Array(), stderr: "" },
    "BUILDER",
    "does not answer",
  ],
])("%s is an error of its own", async (_name, outcome, code, message) => {
  await expect(read([outcome], { builder: "x" }).facts).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});

test("a remote builder over plain TCP is refused, with TLS it is not", async () => {
  const plain = remoteDown.replace(/Driver Options:.*\n/, "").replace("127.0.0.1", "10.0.0.9");
  await expect(read([printed(plain)]).facts).rejects.toMatchObject({
    code: "BUILDER",
    message: expect.stringContaining("without TLS"),
  });
  const up = remoteDown.replace("127.0.0.1", "10.0.0.9").replace("inactive", "running\nBuildKit version: v0.32.0");
  expect(await read([printed(up)]).facts).toMatchObject({ driver: "remote" });
});

test("the engine behind a context is judged by the context's address", async () => {
  const endpointOf = async () => ({ address: "tcp://10.0.0.9:2375", tls: false });
  await expect(read([printed(containerdEngine)], { endpointOf }).facts).rejects.toMatchObject({ code: "BUILDER" });
});
