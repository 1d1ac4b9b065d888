import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { access, open, readFile, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { noDocker } from "../buildx/builder.ts";
import type { Endpoint } from "../buildx/endpoint.ts";
import type { Environment } from "../identity/host.ts";
import { homeFolder } from "./home.ts";

/** How Docker's programs are called here. */
export type DockerPrograms = {
  /** The docker program; undefined where there is only buildx, which can do without. */
  readonly docker: string | undefined;
  /** The words before buildx's own. */
  readonly buildx: readonly string[];
  /** To be set wherever `buildx` is run. */
  readonly environment: Readonly<Record<string, string>>;
};

/**
 * Finds docker and buildx. The plugin is called itself, in the way that docker calls it: docker would first ask every
 * plugin for its description, which takes 50 to 150 ms each time. A docker that is a script (a wrapper by sudo, ssh or
 * for another engine) is left in charge.
 * @throws DOCKER when there is neither
 */
export async function findDocker(environment: Environment): Promise<DockerPrograms> {
  const [docker, plugin] = await Promise.all([findOnPath("docker", environment), findPlugin(environment)]);
  if (docker !== undefined && (plugin === undefined || (await isScript(docker)))) {
    return { docker, buildx: [docker, "buildx"], environment: {} };
  }
  if (plugin !== undefined) {
    // What tells a plugin that it is called as one (docker/cli `cli-plugins/plugin/plugin.go`, RunningStandalone).
    const called = { DOCKER_CLI_PLUGIN_ORIGINAL_CLI_COMMAND: docker ?? "docker" };
    return { docker, buildx: [plugin, "buildx"], environment: called };
  }
  const standalone = await findOnPath("buildx", environment);
  if (standalone === undefined) throw noDocker();
  return { docker, buildx: [standalone], environment: {} };
}

/** A program of the PATH. */
export async function findOnPath(name: string, environment: Environment): Promise<string | undefined> {
  const folders = (environment["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  return firstProgram(folders.map((folder) => join(folder, name)));
}

async function firstProgram(paths: readonly string[]): Promise<string | undefined> {
  for (const path of paths) {
    if (await isProgram(path)) return path;
  }
  return undefined;
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

async function isScript(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString("latin1") === "#!";
  } finally {
    await file.close();
  }
}

function configFolder(environment: Environment): string | undefined {
  const home = homeFolder(environment);
  return environment["DOCKER_CONFIG"] || (home && join(home, ".docker"));
}

/** Where docker looks for plugins, in its order (docker/cli `cli-plugins/manager/manager.go`, getPluginDirs). */
async function findPlugin(environment: Environment): Promise<string | undefined> {
  const own = configFolder(environment);
  const config = await readDockerConfig(environment);
  const extra = (config as { cliPluginsExtraDirs?: unknown } | undefined)?.cliPluginsExtraDirs;
  const folders = [
    ...(Array.isArray(extra) ? extra.filter((folder) => typeof folder === "string") : []),
    ...(own === undefined ? [] : [join(own, "cli-plugins")]),
    "/usr/local/lib/docker/cli-plugins",
    "/usr/local/libexec/docker/cli-plugins",
    "/usr/lib/docker/cli-plugins",
    "/usr/libexec/docker/cli-plugins",
  ];
  return firstProgram(folders.map((folder) => join(folder, "docker-buildx")));
}

/** Docker's own configuration, with its logins; undefined where there is none that can be read. */
export async function readDockerConfig(environment: Environment): Promise<unknown> {
  const folder = configFolder(environment);
  return folder === undefined ? undefined : readJson(join(folder, "config.json"));
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

const defaultAddress = "unix:///var/run/docker.sock";

/**
 * What a Docker context, or an address in its place, stands for. `default` is DOCKER_HOST, with TLS by DOCKER_TLS_VERIFY or
 * DOCKER_TLS; another context is read from its folder (docker/cli `cli/context/store`), where a plain address has no TLS.
 */
export async function readEndpoint(environment: Environment, nameOrAddress: string): Promise<Endpoint> {
  if (nameOrAddress.includes("://")) return { address: nameOrAddress, tls: false };
  if (nameOrAddress === "default" || nameOrAddress === "") {
    const tls = [environment["DOCKER_TLS_VERIFY"], environment["DOCKER_TLS"]].some((value) => value);
    return { address: environment["DOCKER_HOST"] || defaultAddress, tls };
  }
  const id = createHash("sha256").update(nameOrAddress).digest("hex");
  const folder = configFolder(environment);
  if (folder === undefined) return { address: "", tls: false };
  const contexts = join(folder, "contexts");
  const meta = (await readJson(join(contexts, "meta", id, "meta.json"))) as ContextMeta | undefined;
  const docker = meta?.Endpoints?.docker;
  const hasCertificates = await Promise.all(
    ["ca.pem", "cert.pem"].map((file) => exists(join(contexts, "tls", id, "docker", file))),
  );
  return { address: docker?.Host ?? "", tls: docker?.SkipTLSVerify === true || hasCertificates.includes(true) };
}

type ContextMeta = {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
};

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}

const engineLimitMs = 5000;

/** The engine's version; undefined where it cannot be asked without Docker's own program (TLS, ssh). Takes 5 ms. */
export async function readEngineVersion(endpoint: Endpoint): Promise<string | undefined> {
  const answer = (await askEngine(endpoint, "/version")) as { Version?: unknown } | undefined;
  return typeof answer?.Version === "string" ? answer.Version : undefined;
}

/** Which image store the engine has; undefined where it cannot be asked so. */
export async function readEngineStore(endpoint: Endpoint): Promise<"graph" | "containerd" | undefined> {
  const answer = (await askEngine(endpoint, "/info")) as { DriverStatus?: readonly (readonly string[])[] } | undefined;
  if (answer === undefined) return undefined;
  // The sign that buildx goes by too (`util/dockerutil/client.go`).
  const usesContainerd = answer.DriverStatus?.some(
    ([key, value]) => key === "driver-type" && value === "io.containerd.snapshotter.v1",
  );
  return usesContainerd ? "containerd" : "graph";
}

/** An image's configuration as the engine has it; undefined where there is none, or the engine cannot be asked so. */
export async function readEngineImage(endpoint: Endpoint, name: string): Promise<unknown> {
  const answer = (await askEngine(endpoint, `/images/${encodeURI(name)}/json`)) as { Config?: unknown } | undefined;
  return answer?.Config;
}

/** Tells the engine the size of the terminal that a container's output goes to; gives whether it took it. */
export async function resizeContainer(
  endpoint: Endpoint,
  container: string,
  rows: number,
  columns: number,
): Promise<boolean> {
  return (await askEngine(endpoint, `/containers/${container}/resize?h=${rows}&w=${columns}`, "POST")) !== undefined;
}

async function askEngine({ address, tls }: Endpoint, path: string, method = "GET"): Promise<unknown> {
  const socketPath = /^unix:\/\/(.*)$/.exec(address)?.[1];
  const [, hostname, port] = /^tcp:\/\/([^:/]*|\[[^\]]*\]):(\d+)\/?$/.exec(address) ?? [];
  if (socketPath === undefined && (hostname === undefined || tls)) return undefined;
  // As an ES module it brings undici along, by getters that are all called: 40 ms.
  const { request: ask } = process.getBuiltinModule("node:http");
  const where = socketPath === undefined ? { hostname: hostname || "localhost", port } : { socketPath };
  return new Promise((done) => {
    const none = (): void => done(undefined);
    const request = ask({ ...where, path, method, timeout: engineLimitMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", none);
      response.on("end", () => {
        if (response.statusCode !== 200) none();
        else done(method === "POST" ? true : parseJson(Buffer.concat(chunks)));
      });
    });
    request.end();
    request.on("timeout", () => request.destroy());
    request.on("error", none);
    // A connection that ends without a word.
    request.on("close", none);
  });
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
