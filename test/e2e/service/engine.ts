import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { part, partScript } from "./part.ts";
import { createStateFolder } from "./state-folder.ts";

const run = promisify(execFile);

/**
 * new: Engine 28.5. old: Engine 26.1, whose built-in frontend refuses `env=` mounts. containerd: the new one with the
 * containerd image store. any: a Docker that runs already (DOCKER_HOST, the default socket), else the new one.
 */
export type EngineKind = "new" | "old" | "containerd" | "any";

export interface EngineOptions {
  /** The engine's own generation of Buildx unless `newest` (0.36, by `scripts/parts/buildx`). */
  readonly buildx?: "own" | "newest";
}

export interface Engine extends AsyncDisposable {
  /** For child processes: `docker` and `docker buildx` there are this engine's, with a client configuration of this test's own. */
  readonly env: NodeJS.ProcessEnv;
  /** That configuration's folder (DOCKER_CONFIG). */
  readonly dockerConfig: string;
  readonly serverVersion: string;
  /** Whether this call started it; if so `stop` stops it. */
  readonly started: boolean;
  /** Puts a base image into it, as `buildseal/<image>` unless names are given; gives the first name. */
  loadImage(
    image: "busybox" | "toolchain" | "compilers" | "consumers" | "buildkit",
    ...names: string[]
  ): Promise<string>;
  /** Runs `docker` with these arguments and gives its stdout. */
  docker(...args: string[]): Promise<string>;
  stop(): Promise<void>;
}

const ask = async (env: NodeJS.ProcessEnv, ...args: string[]): Promise<string> =>
  (await run("docker", args, { env, maxBuffer: 64 << 20 })).stdout.trim();

/** What `env` names, if a Docker with Buildx answers there. */
async function findRunningDocker(): Promise<NodeJS.ProcessEnv | undefined> {
  try {
    await ask(process.env, "version", "--format", "{{.Server.Version}}");
    await ask(process.env, "buildx", "version");
    return process.env;
  } catch {
    return undefined;
  }
}

async function readEngineEnv(kind: string): Promise<NodeJS.ProcessEnv> {
  const script = 'eval "$("$0" env "$1")" && exec env -0';
  const { stdout } = await run("bash", ["-c", script, partScript("engine"), kind], { maxBuffer: 16 << 20 });
  const pairs = stdout.split("\0").filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

async function findBuildx(env: NodeJS.ProcessEnv): Promise<string> {
  const plugins = JSON.parse(await ask(env, "info", "--format", "{{json .ClientInfo.Plugins}}")) as {
    Name: string;
    Path: string;
  }[];
  const path = plugins.find((plugin) => plugin.Name === "buildx")?.Path;
  if (path === undefined) throw new Error("this Docker client has no buildx plugin");
  return path;
}

/** Starts an engine by `scripts/parts/engine`, or uses one that runs; one that ran before is left running. */
export async function startEngine(kind: EngineKind, options: EngineOptions = {}): Promise<Engine> {
  let base = kind === "any" ? await findRunningDocker() : undefined;
  const privateKind = kind === "any" ? "new" : kind;
  let started = false;
  if (base === undefined) {
    started = !(await part("engine", ["status", privateKind]).then(
      () => true,
      () => false,
    ));
    await part("engine", ["start", privateKind]);
    base = await readEngineEnv(privateKind);
  }
  const state = createStateFolder("client");
  const stop = async (): Promise<void> => {
    state.remove();
    if (started) await part("engine", ["stop", privateKind]);
  };
  try {
    const buildx = options.buildx === "newest" ? join(await part("buildx"), "docker-buildx") : await findBuildx(base);
    await mkdir(join(state.path, "cli-plugins"));
    await symlink(buildx, join(state.path, "cli-plugins", "docker-buildx"));
    await writeFile(join(state.path, "config.json"), "{}\n");
    const env: NodeJS.ProcessEnv = { ...base, DOCKER_CONFIG: state.path };
    return {
      env,
      dockerConfig: state.path,
      serverVersion: await ask(env, "version", "--format", "{{.Server.Version}}"),
      started,
      async loadImage(image, ...names) {
        await part("load-image", [image, ...names], env);
        return names[0] ?? `buildseal/${image}`;
      },
      docker: (...args) => ask(env, ...args),
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
