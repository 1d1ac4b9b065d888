import { randomUUID } from "node:crypto";
import { SealError } from "../../error.ts";
import type { RunTools } from "./tools.ts";
import { mountWord } from "./words.ts";

/**
 * Whether the engine sees our folder. It is asked to mount it in a container of an image that there is not: it looks at
 * mounts first (moby `daemon/create.go`, verifyContainerSettings), so it says either that the folder is missing or that the
 * image is, and nothing is left behind. The folder's name is random: one that the engine sees is ours.
 *
 * @throws SealError DOCKER where it does not see it, or cannot be reached
 */
export async function probeFolder(path: string, { docker, run }: RunTools, engine: string): Promise<void> {
  const name = `buildseal-probe-${randomUUID()}`;
  const outcome = await run({
    command: [docker, "create", "--pull=never", mountWord(path), `${name}:none`],
    timeLimitMs: 60_000,
    outputLimitBytes: 1024 * 1024,
  });
  if (outcome.kind !== "exited") {
    throw new SealError("DOCKER", `The engine ${engine} gave no answer`, "See that Docker runs (`docker version`)");
  }
  const said = outcome.stderr.trim();
  switch (readProbe(outcome.status, said)) {
    case "not shared":
      throw new SealError(
        "DOCKER",
        `The engine ${engine} does not see ${path}: it is on another machine or in another container, and it can mount only what it sees`,
        "Give both a volume in memory at the same path, and name it: BUILDSEAL_RUN_DIR=/that/path",
      );
    case "unreachable":
      throw new SealError("DOCKER", said.split("\n")[0] ?? said, "See that Docker runs and that you may use it");
    case "shared":
    case "unknown":
      return;
  }
}

export type Probed = "shared" | "not shared" | "unreachable" | "unknown";

/** Reads what Docker said to it; what is none of these the run itself will meet. */
export function readProbe(status: number, said: string): Probed {
  if (/bind source path does not exist|mounts denied|is not shared from the host|invalid mount config/i.test(said)) {
    return "not shared";
  }
  if (/no such image|image not known|not found/i.test(said)) return "shared";
  if (/cannot connect to|error during connect|permission denied while trying|failed to connect|dial /i.test(said)) {
    return "unreachable";
  }
  return status === 0 ? "shared" : "unknown";
}
