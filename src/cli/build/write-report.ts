import { writeFile } from "node:fs/promises";
import { SealError } from "../../error.ts";
import type { Verdict } from "../../gate/verdict.ts";
import type { BuildSummary } from "../../report/summary.ts";
import { errorCode } from "../../system/error-code.ts";
import { version } from "../version.ts";

/** Writes the report with all that is known of the build, and without one value. @throws SealError OUTPUT */
export async function writeReport(
  path: string,
  summary: BuildSummary,
  verdict: Verdict | undefined,
  mask: (text: string) => string,
): Promise<void> {
  const report = {
    version: 1,
    tool: { name: "buildseal", version },
    ...summary,
    findings: [...(verdict?.leaks ?? []), ...(verdict?.others ?? [])],
    leakedBefore: verdict?.leakedBefore ?? [],
    skipped: verdict?.skipped ?? [],
  };
  try {
    await writeFile(path, `${mask(JSON.stringify(report, undefined, 2))}\n`);
  } catch (cause) {
    throw new SealError(
      "OUTPUT",
      `The report could not be written to ${path} (${errorCode(cause)})`,
      "See that there is room and permission",
      { cause },
    );
  }
}
