import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "./free-port.ts";
import { part, partScript } from "./part.ts";
import { startProgram } from "./program.ts";
import { createStateFolder } from "./state-folder.ts";

export interface BuildkitdOptions {
  /** Addresses of registries to be spoken to in plain HTTP. */
  readonly registries?: readonly string[];
  /** For the daemon, `BUILDKIT_STEP_LOG_MAX_SIZE: "-1"` and the like. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Buildkitd extends AsyncDisposable {
  /** `tcp://127.0.0.1:PORT`, for the remote driver. */
  readonly address: string;
  log(): string;
  stop(): Promise<void>;
}

/** The daemon's configuration for registries in plain HTTP. */
export const buildkitConfiguration = (registries: readonly string[] = []): string =>
  registries.map((address) => `[registry."${address}"]\n  http = true\n`).join("");

/**
 * The newest buildkitd on loopback, its steps on the host's network. It takes base images from a registry only.
 * It needs root.
 */
export async function startBuildkitd(options: BuildkitdOptions = {}): Promise<Buildkitd> {
  const [programs, root] = [await part("buildkit"), await part("engine-root", ["new"])];
  const state = createStateFolder("buildkitd");
  const address = `tcp://127.0.0.1:${await findFreePort()}`;
  await writeFile(join(state.path, "buildkitd.toml"), buildkitConfiguration(options.registries));
  // In the Debian root, whose runc it needs.
  const program = await startProgram(partScript("in-debian"), {
    args: [
      root,
      join(programs, "buildkitd"),
      "--addr",
      address,
      "--root",
      join(state.path, "root"),
      "--config",
      join(state.path, "buildkitd.toml"),
      "--oci-worker-net=host",
      "--allow-insecure-entitlement",
      "network.host",
    ],
    asRoot: true,
    env: { ...process.env, ...options.env },
    logFile: join(state.path, "buildkitd.log"),
    ready: ({ log }) => log().includes("running server on"),
  }).catch((error: unknown) => {
    state.remove();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await program.stop();
    state.remove();
  };
  return { address, log: program.log, stop, [Symbol.asyncDispose]: stop };
}
