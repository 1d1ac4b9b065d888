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
  const probed = readProbe(outcome.stderr, name);
  if (probed === "shared") return;
  throw probed === "not shared"
    ? new SealError(
        "DOCKER",
        `The engine ${engine} does not see ${path}: it is on another machine or in another container, and it can mount only what it sees`,
        "Give both a volume in memory at the same path, and name it: BUILDSEAL_RUN_DIR=/that/path",
      )
    : new SealError(
        "DOCKER",
        `The engine ${engine} cannot be used: ${firstError(outcome.stderr) ?? `docker ended with ${outcome.status}, without a word`}`,
        "See that Docker runs and that you may use it (`docker version`)",
      );
}

export type Probed = "shared" | "not shared" | "unusable";

/**
 * Reads what Docker said. Only of the image that it was asked for, by its random name, can it say that it is not there: other
 * things that were not found (a host, a context, a credential helper) keep it from its engine.
 */
export function readProbe(said: string, name: string): Probed {
  if (/bind source path does not exist|mounts denied|is not shared from the host|invalid mount config/i.test(said)) {
    return "not shared";
  }
  return said.includes(name) ? "shared" : "unusable";
}

function firstError(said: string): string | undefined {
  return said.split("\n").find((line) => line.trim() !== "" && !/^warning\b/i.test(line));
}
