import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { Finding, LeftOut } from "../../finding/finding.ts";
import { hideLikely } from "../../finding/hide-likely.ts";
import type { Verdict } from "../../gate/verdict.ts";
import { type BuildSummary, summaryRows } from "../../report/summary.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { writeAtomically } from "../../system/atomic-file.ts";
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
  /** When it ended, in milliseconds since 1970. */
  readonly now: number;
  readonly mask: (text: string) => string;
};

/** Writes the report with all that is known of the build, and without one value. @throws SealError OUTPUT */
export async function writeReport(ask: ReportAsk): Promise<void> {
  const { path, mask } = ask;
  const text = path.endsWith(".html") ? await pageOf(ask) : jsonOf(ask);
  // if it cannot be made, that is said of the file
  await mkdir(dirname(path), { recursive: true }).catch(() => {});
  await writeAtomically(path, new TextEncoder().encode(mask(text)), undefined);
}

const tool = { name: "buildseal", version };

function jsonOf({ summary, verdict, scans, name, ms }: ReportAsk): string {
  const images = scans.flatMap((scan) => scan.images);
  const digest = digestOf(scans);
  const { layers = 0, bytes = 0, files = 0 } = summary.searched ?? {};
  const report = {
    version: 1,
    tool,
    complete: verdict?.isComplete ?? false,
    subject: {
      kind: images.length > 0 ? "image" : "files",
      name,
      ...(digest !== undefined && { digest }),
      ...(images.length > 0 && { platforms: summary.searched?.platforms }),
    },
    stats: { bytes, files, layers, ms: Math.round(ms) },
    ...summary,
    findings: findingsOf(verdict),
    leakedBefore: verdict?.leakedBefore ?? [],
    skipped: verdict?.skipped ?? [],
    leftOut: leftOutOf(scans),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** The page of a scan, with what is said at a build's end above it. */
async function pageOf({ summary, verdict, scans, name, ms, now }: ReportAsk): Promise<string> {
  const [{ htmlReport }, { ruleHelps }] = await Promise.all([
    import("../../report/html/html-report.ts"),
    import("../scan-image/rule-help.ts"),
  ]);
  const { layers = 0, bytes = 0, files = 0, platforms = [] } = summary.searched ?? {};
  const before = (verdict?.leakedBefore ?? []).map(
    ({ diffId, createdBy }) => ["leaked before", hideLikely(createdBy ?? diffId)] as const,
  );
  return htmlReport({
    tool,
    image: name,
    digest: digestOf(scans),
    platforms,
    complete: verdict?.isComplete ?? false,
    findings: findingsOf(verdict),
    skipped: verdict?.skipped ?? [{ what: "the result", why: `it was not searched (${summary.result})` }],
    leftOut: leftOutOf(scans),
    stats: { bytes, files, layers, ms },
    began: now - ms,
    ended: now,
    rules: ruleHelps([]),
    about: [...summaryRows(summary), ...before],
  });
}

function findingsOf(verdict: Verdict | undefined): readonly Finding[] {
  return [...(verdict?.leaks ?? []), ...(verdict?.others ?? [])];
}

function leftOutOf(scans: readonly ImageScan[]): readonly LeftOut[] {
  return scans.flatMap(({ leftOut = [], unopened }) => [...leftOut, ...unopened]);
}

function digestOf(scans: readonly ImageScan[]): string | undefined {
  const top = scans.find(({ topDigest }) => topDigest !== undefined)?.topDigest;
  return top ?? scans.flatMap((scan) => scan.images)[0]?.configDigest;
}
