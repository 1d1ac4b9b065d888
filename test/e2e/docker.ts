import { spawn } from "node:child_process";
import { jobEnvironment, type RunOptions } from "./buildseal.ts";

export interface DockerOutcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs `docker` itself as the job would, to compare with or to prepare something. Never throws for its status. */
export function runDocker(
  args: readonly string[],
  options: Pick<RunOptions, "env" | "variables" | "cwd" | "input">,
): Promise<DockerOutcome> {
  return new Promise((done, fail) => {
    const child = spawn("docker", args, {
      cwd: options.cwd,
      env: jobEnvironment(options),
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    });
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    child.stdout?.on("data", (part: Buffer) => stdout.push(part));
    child.stderr?.on("data", (part: Buffer) => stderr.push(part));
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input);
    child.once("error", fail);
    child.once("close", (status) =>
      done({ status: status ?? -1, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
}

/** Whether the engine has an image of this name. */
export async function hasImage(options: Pick<RunOptions, "env">, name: string): Promise<boolean> {
  return (await runDocker(["image", "inspect", name], options)).status === 0;
}
