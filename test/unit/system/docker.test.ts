import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDocker, readEndpoint, readEngineStore, readEngineVersion } from "../../../src/system/docker.ts";

const root = mkdtempSync(join(tmpdir(), "buildseal-docker-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function program(path: string, content = "\u007fELF"): Promise<string> {
  await mkdir(join(root, path, ".."), { recursive: true });
  await writeFile(join(root, path), content, { mode: 0o755 });
  return join(root, path);
}

test("the plugin is called itself, in docker's own way", async () => {
  const docker = await program("a/bin/docker");
  const plugin = await program("a/config/cli-plugins/docker-buildx");
  expect(await findDocker({ PATH: join(root, "a/bin"), DOCKER_CONFIG: join(root, "a/config") })).toEqual({
    docker,
    buildx: [plugin, "buildx"],
    environment: { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: docker },
  });
});

test("folders of plugins in the configuration come first, broken links and folders are no plugins", async () => {
  await program("b/bin/docker");
  await program("b/config/cli-plugins/docker-buildx");
  const plugin = await program("b/extra/docker-buildx");
  await mkdir(join(root, "b/none/docker-buildx"), { recursive: true });
  await mkdir(join(root, "b/broken"), { recursive: true });
  await symlink("/nowhere", join(root, "b/broken/docker-buildx"));
  const cliPluginsExtraDirs = ["broken", "none", "extra"].map((name) => join(root, "b", name));
  await writeFile(join(root, "b/config/config.json"), JSON.stringify({ cliPluginsExtraDirs }));
  const found = await findDocker({ PATH: join(root, "b/bin"), DOCKER_CONFIG: join(root, "b/config") });
  expect(found.buildx).toEqual([plugin, "buildx"]);
});

test("a docker that is a script stays in charge", async () => {
  const docker = await program("c/bin/docker", '#!/bin/sh\nexec sudo docker "$@"\n');
  await program("c/config/cli-plugins/docker-buildx");
  expect(await findDocker({ PATH: join(root, "c/bin"), DOCKER_CONFIG: join(root, "c/config") })).toEqual({
    docker,
    buildx: [docker, "buildx"],
    environment: {},
  });
});

test("buildx alone is enough", async () => {
  const plugin = await program("d/home/.docker/cli-plugins/docker-buildx");
  const found = await findDocker({ PATH: join(root, "d/bin"), HOME: join(root, "d/home") });
  expect(found).toMatchObject({ docker: undefined, buildx: [plugin, "buildx"] });
});

test("contexts are read with their TLS, DOCKER_HOST is the default one", async () => {
  const config = join(root, "e");
  const context = async (name: string, endpoint: object, hasTls = false): Promise<void> => {
    const id = createHash("sha256").update(name).digest("hex");
    await mkdir(join(config, "contexts/meta", id), { recursive: true });
    await writeFile(
      join(config, "contexts/meta", id, "meta.json"),
      JSON.stringify({ Name: name, Endpoints: { docker: endpoint } }),
    );
    if (!hasTls) return;
    await mkdir(join(config, "contexts/tls", id, "docker"), { recursive: true });
    await writeFile(join(config, "contexts/tls", id, "docker/ca.pem"), "");
  };
  await context("plain", { Host: "tcp://10.0.0.1:2375" });
  await context("sealed", { Host: "tcp://10.0.0.1:2376" }, true);
  await context("trusting", { Host: "tcp://10.0.0.1:2376", SkipTLSVerify: true });
  const read = (name: string, more = {}) => readEndpoint({ DOCKER_CONFIG: config, ...more }, name);
  expect(await read("plain")).toEqual({ address: "tcp://10.0.0.1:2375", tls: false });
  expect(await read("sealed")).toEqual({ address: "tcp://10.0.0.1:2376", tls: true });
  expect(await read("trusting")).toEqual({ address: "tcp://10.0.0.1:2376", tls: true });
  expect(await read("unix:///x")).toEqual({ address: "unix:///x", tls: false });
  expect(await read("default")).toEqual({ address: "unix:///var/run/docker.sock", tls: false });
  const host = { DOCKER_HOST: "tcp://h:1" };
  expect(await read("default", host)).toEqual({ address: "tcp://h:1", tls: false });
  expect(await read("default", { ...host, DOCKER_TLS_VERIFY: "1" })).toEqual({ address: "tcp://h:1", tls: true });
  expect(await read("default", { ...host, DOCKER_TLS: "0" })).toMatchObject({ tls: true });
  expect(await read("default", { ...host, DOCKER_TLS_VERIFY: "" })).toMatchObject({ tls: false });
});

let engine: Server;
const socket = { address: `unix://${join(root, "engine.sock")}`, tls: false };
const answers: Record<string, string> = {
  "/version": JSON.stringify({ Version: "28.5.2" }),
  "/info": JSON.stringify({ DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]] }),
};
beforeAll(
  () =>
    new Promise<void>((done) => {
      engine = createServer((request, response) => {
        const answer = answers[request.url ?? ""];
        if (answer === undefined) request.socket.destroy();
        else response.end(answer);
      }).listen(join(root, "engine.sock"), done);
    }),
);
afterAll(() => void engine.close());

test("an engine on a socket is asked for its version and its image store", async () => {
  expect(await readEngineVersion(socket)).toBe("28.5.2");
  expect(await readEngineStore(socket)).toBe("containerd");
  answers["/info"] = JSON.stringify({ DriverStatus: [["Backing Filesystem", "extfs"]] });
  expect(await readEngineStore(socket)).toBe("graph");
});

test("an engine that says nothing, nonsense, or is not there is not known", async () => {
  answers["/version"] = "no json";
  expect(await readEngineVersion(socket)).toBeUndefined();
  delete answers["/version"];
  expect(await readEngineVersion(socket)).toBeUndefined();
  expect(await readEngineVersion({ address: `unix://${root}/none.sock`, tls: false })).toBeUndefined();
  expect(await readEngineVersion({ address: "ssh://h", tls: false })).toBeUndefined();
  expect(await readEngineVersion({ address: "tcp://127.0.0.1:1", tls: true })).toBeUndefined();
});
