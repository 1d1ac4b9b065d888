import { type Check, failed, fine, odd } from "../../doctor/check.ts";
import { runnerCheck } from "../../doctor/runner.ts";
import { SealError } from "../../error.ts";
import { exists } from "../../system/text-file.ts";
import type { Session } from "../build/session.ts";

/** Node, the place for secrets (one is made, and goes when the command ends), and what kind of machine it is. */
export async function lookAtMachine({ machine, store }: Session): Promise<Check[]> {
  const marks = await Promise.all(["/.dockerenv", "/run/.containerenv"].map((path) => exists(path)));
  return [
    fine("machine.node", `Node ${process.versions.node} on ${process.platform}`),
    await memoryCheck(store),
    runnerCheck(machine.environment, { isContainer: marks.includes(true) }),
  ];
}

async function memoryCheck(store: Session["store"]): Promise<Check> {
  const id = "machine.memory";
  try {
    const { onDisk, directory, notices } = await store();
    if (!onDisk) return fine(id, `secrets lie in memory while a build runs (${directory.replace(/\/[^/]*$/, "")})`);
    return odd(
      id,
      notices[0] ?? "secrets lie on disk while a build runs",
      "Give the machine a tmpfs that this user may write to (/dev/shm, or XDG_RUNTIME_DIR)",
    );
  } catch (error) {
    if (error instanceof SealError) return failed(id, error);
    throw error;
  }
}
