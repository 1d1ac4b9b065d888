import type { ContainerCommand } from "./container-command.ts";
import type { RunTools } from "./tools.ts";

/**
 * The variables that an image sets. One that the engine has not is pulled first, as `docker run` would pull it.
 *
 * @returns undefined where it cannot be had: Docker has said why on our stderr
 */
export async function readImageVariables(
  command: ContainerCommand & { readonly image: string },
  tools: RunTools,
): Promise<ReadonlyMap<string, string> | undefined> {
  if (command.pull !== "always") {
    const there = await inspect(command.image, tools);
    // with `never` Docker itself says that it is not there
    if (there !== undefined || command.pull === "never") return there ?? new Map();
  }
  return (await pull(command, tools)) ? ((await inspect(command.image, tools)) ?? new Map()) : undefined;
}

async function inspect(image: string, { docker, run }: RunTools): Promise<ReadonlyMap<string, string> | undefined> {
  const outcome = await run({
    command: [docker, "image", "inspect", "--format", "{{json .Config}}", "--", image],
    timeLimitMs: 60_000,
    outputLimitBytes: 8 * 1024 * 1024,
  });
  if (outcome.kind !== "exited" || outcome.status !== 0) return undefined;
  const config = JSON.parse(new TextDecoder().decode(outcome.stdout)) as { Env?: readonly string[] | null } | null;
  return new Map(
    (config?.Env ?? []).map((entry) => {
      const [name = "", ...value] = entry.split("=");
      return [name, value.join("=")] as const;
    }),
  );
}

async function pull(
  { image, platform, quiet }: ContainerCommand & { image: string },
  tools: RunTools,
): Promise<boolean> {
  const words = ["pull", ...(quiet ? ["--quiet"] : []), ...(platform === undefined ? [] : [`--platform=${platform}`])];
  const docker = tools.start({ words: [...words, "--", image], stdout: "pipe", stderr: "ours" });
  // docker run has the progress of its pull on stderr too
  if (quiet) docker.stdout?.resume();
  else docker.stdout?.pipe(process.stderr, { end: false });
  return (await docker.ended).status === 0;
}
