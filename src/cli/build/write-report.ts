import { writeFile } from "node:fs/promises";
import { SealError } from "../../error.ts";
import type { Verdict } from "../../gate/verdict.ts";
import type { BuildSummary } from "../../report/summary.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { errorCode } from "../../system/error-code.ts";
import { version } from "../version.ts";

export type ReportAsk = {
  readonly path: string;
  readonly summary: BuildSummary;
  readonly verdict: Verdict | undefined;
  readonly scans: readonly ImageScan[];
  /** What the result is called: its first name, else the Dockerfile's. */
  readonly name: string;
  /** How long all of it took, in milliseconds. */
  readonly ms: number;
  readonly mask: (text: string) => string;
};

/** Writes the report with all that is known of the build, and without one value. @throws SealError OUTPUT */
export async function writeReport({ path, summary, verdict, scans, name, ms, mask }: ReportAsk): Promise<void> {
  const images = scans.flatMap((scan) => scan.images);
  const digest = scans.find(({ topDigest }) => topDigest !== undefined)?.topDigest ?? images[0]?.configDigest;
  const { layers = 0, bytes = 0, files = 0 } = summary.searched ?? {};
  const report = {
    version: 1,
    tool: { name: "buildseal", version },
    complete: verdict?.isComplete ?? false,
    subject: {
      kind: images.length > 0 ? "image" : "files",
      name,
      ...(digest !== undefined && { digest }),
      ...(images.length > 0 && { platforms: summary.searched?.platforms }),
    },
    stats: { bytes, files, layers, ms: Math.round(ms) },
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
