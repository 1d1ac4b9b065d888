import { readFile } from "node:fs/promises";
import type { Outcome } from "./ready.ts";

/**
 * The builder keeps a record of every build with its raw log. Where a value was printed into the log the record is removed;
 * where that cannot be done, the exposure is said.
 */
export async function removeBuildRecords({ ready, plan, results }: Outcome): Promise<void> {
  const { session, tools } = ready;
  const exposed = results.flatMap(({ exposures }) => exposures);
  if (exposed.length === 0) return;
  const names = [...new Set(exposed.map(({ name }) => name))].join(", ");
  for (const pass of plan.passes) {
    const reference = await readReference(pass.metadataFile);
    if (reference !== undefined) {
      const outcome = await tools.run({
        command: [
          ...tools.buildx,
          "history",
          "rm",
          ...(tools.builder === undefined ? [] : [`--builder=${tools.builder}`]),
          reference,
        ],
        timeLimitMs: 30_000,
        outputLimitBytes: 1024 * 1024,
      });
      if (outcome.kind === "exited" && outcome.status === 0) continue;
    }
    session.machine.say(
      `warning: a step printed ${names}; the log here is masked, but the builder keeps a record of the build with the raw log, and it could not be removed. Who can read the builder's records (buildx history logs) can read the value until it ends`,
    );
    return;
  }
  session.machine.say(
    `a step printed ${names}: it is masked here, and the builder's record of the build, which had the raw log, was removed`,
  );
}

/** `buildx.build.ref` is BUILDER/NODE/ID; `history rm` takes the id. */
async function readReference(metadataFile: string | undefined): Promise<string | undefined> {
  if (metadataFile === undefined) return undefined;
  try {
    const metadata = JSON.parse(await readFile(metadataFile, "utf8")) as Record<string, unknown>;
    const reference = metadata["buildx.build.ref"];
    return typeof reference === "string" ? reference.split("/").at(-1) : undefined;
  } catch {
    return undefined;
  }
}
