import { execFile, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Buildkitd, type BuildkitdOptions, buildkitConfiguration } from "./buildkitd.ts";
import type { Engine } from "./engine.ts";

const run = promisify(execFile);

export interface Builder extends AsyncDisposable {
  /** For `docker buildx build --builder NAME`, with the engine's `env`. */
  readonly name: string;
  stop(): Promise<void>;
}

async function createBuilder(engine: Engine, driver: string, args: readonly string[]): Promise<Builder> {
  const name = `${driver}-${randomBytes(4).toString("hex")}`;
  const remove = ["buildx", "rm", "--force", name];
  const removeAtExit = (): void => {
    spawnSync("docker", remove, { env: engine.env, timeout: 20_000 });
  };
  process.on("exit", removeAtExit);
  const stop = async (): Promise<void> => {
    process.off("exit", removeAtExit);
    await run("docker", remove, { env: engine.env });
  };
  try {
    await run("docker", ["buildx", "create", "--name", name, "--driver", driver, ...args], { env: engine.env });
    await run("docker", ["buildx", "inspect", "--bootstrap", name], { env: engine.env });
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
  return { name, stop, [Symbol.asyncDispose]: stop };
}

/** A builder of the *remote* driver, kept in the engine's client configuration. */
export const startRemoteBuilder = (engine: Engine, buildkitd: Buildkitd): Promise<Builder> =>
  createBuilder(engine, "remote", [buildkitd.address]);

/** A builder of the *docker-container* driver: the newest buildkitd in a container of the engine, on the host's network. */
export async function startContainerBuilder(engine: Engine, options: BuildkitdOptions = {}): Promise<Builder> {
  const image = await engine.loadImage("buildkit");
  const configuration = join(engine.dockerConfig, `buildkitd-${randomBytes(4).toString("hex")}.toml`);
  await writeFile(configuration, buildkitConfiguration(options.registries));
  const driverOptions = [
    `image=${image}`,
    "network=host",
    ...Object.entries(options.env ?? {}).map(([name, value]) => `env.${name}=${value}`),
  ];
  return createBuilder(engine, "docker-container", [
    ...driverOptions.flatMap((option) => ["--driver-opt", option]),
    "--buildkitd-flags",
    "--allow-insecure-entitlement network.host",
    "--config",
    configuration,
  ]);
}
