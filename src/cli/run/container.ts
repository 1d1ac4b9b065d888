import { readText } from "../../system/text-file.ts";
import type { RunTools } from "./tools.ts";

/** The container that Docker makes for us, by the file that Docker writes its id into. */
export type Container = {
  /** Undefined before it is made. */
  readonly id: () => Promise<string | undefined>;
  readonly kill: () => Promise<void>;
  /** Undefined where it is gone, or the engine does not say. */
  readonly isRunning: () => Promise<boolean | undefined>;
};

const limits = { timeLimitMs: 10_000, outputLimitBytes: 64 * 1024 };

export function containerAt(cidfile: string, { docker, run }: RunTools): Container {
  let known: string | undefined;
  const id = async (): Promise<string | undefined> => {
    known ??= (await readText(cidfile).catch(() => undefined))?.trim() || undefined;
    return known;
  };
  return {
    id,
    kill: async () => {
      const name = await id();
      if (name !== undefined) await run({ command: [docker, "kill", name], ...limits });
    },
    isRunning: async () => {
      const name = await id();
      if (name === undefined) return undefined;
      const command = [docker, "container", "inspect", "--format", "{{.State.Running}}", name];
      const outcome = await run({ command, ...limits });
      if (outcome.kind !== "exited" || outcome.status !== 0) return undefined;
      return new TextDecoder().decode(outcome.stdout).trim() === "true";
    },
  };
}
