import { SealError } from "../../error.ts";
import type { Finding } from "../../finding/finding.ts";
import { compareSeverities } from "../../finding/order.ts";
import type { ImageReport } from "../../report/image-report.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import type { ScanOptions } from "../../scan/scan-options.ts";
import { keepHeapSmall, letHeapGrow } from "../../system/heap.ts";
import { type Machine, openMachine } from "../machine.ts";
import { version } from "../version.ts";
import type { ScanCommand } from "./arguments.ts";
import { type JudgeAsk, type Judged, judge, openLists, updateBaseline } from "./lists.ts";
import { readNeedles } from "./needles.ts";
import { scanNamed } from "./open-image.ts";
import { openProgress } from "./progress.ts";
import { writeReports } from "./report.ts";
import { readRules, type ScanRules } from "./rules.ts";
import { readSettings, type ScanSettings } from "./settings.ts";
import type { Verifier } from "./verify.ts";

/** By then all is loaded that a scan needs. So few bytes can hold ten thousand secrets already. */
const longBytes = 1 << 19;
/** Reports of more take more memory than the scan did. */
const manyFindings = 1000;

/** Searches the image that the command names and reports it. Gives the exit status. @throws SealError ARGUMENT, CONFIG, IMAGE, OUTPUT */
export async function runScan(command: ScanCommand): Promise<number> {
  const machine = openMachine();
  const began = machine.now();
  const settings = await readSettings(command, machine);
  checkWishes(command, settings);
  if (command.updateBaseline || command.reports.some(({ file }) => file !== undefined)) {
    await (await import("./check-places.ts")).checkPlaces(command, settings);
  }
  const rules = await readRules(settings);
  const lists = await openLists(settings, rules.ids, command.updateBaseline);
  const verifier = command.verify ? (await import("./verify.ts")).openVerifier(machine) : undefined;
  const scan = await scanImage(command, settings, rules, machine, verifier);
  const ask = {
    lists,
    ran: rules.ran,
    isWhole: scan.complete && command.platforms.length === 0,
    skipPaths: settings.skipPaths,
    now: began,
  };
  const { judged, failure } = await judgeAll(command, scan, ask, machine);
  const findings = (await verifier?.tell(judged.findings)) ?? judged.findings;
  const report = reportOf(scan, { ...judged, findings }, rules, { image: command.image, began, ended: machine.now() });
  if (findings.length > manyFindings) keepHeapSmall();
  await writeReports(report, command.reports, settings.failOn, machine).finally(letHeapGrow);
  if (failure !== undefined) throw failure;
  return statusOf(report, settings.failOn);
}

/** Where the baseline cannot be written, all is reported, and that. */
async function judgeAll(
  command: ScanCommand,
  scan: ImageScan,
  ask: JudgeAsk,
  machine: Machine,
): Promise<{ readonly judged: Judged; readonly failure?: unknown }> {
  if (!command.updateBaseline) return { judged: judge(scan.findings, ask) };
  try {
    return { judged: await updateBaseline(scan, ask, machine) };
  } catch (failure) {
    return { judged: judge(scan.findings, ask), failure };
  }
}

/** @throws SealError ARGUMENT */
function checkWishes(command: ScanCommand, { baseline, only }: ScanSettings): void {
  if (command.updateBaseline && baseline === undefined) {
    throw new SealError("ARGUMENT", "--update-baseline does not know which file", "Add --baseline FILE");
  }
  if (only.rules.length > 0 && only.rules.every((rule) => rule === "known-value") && command.needles === undefined) {
    throw new SealError(
      "ARGUMENT",
      "There is nothing to look for: known-value alone, and no values",
      "Add --needles FILE",
    );
  }
}

async function scanImage(
  command: ScanCommand,
  { skipPaths }: ScanSettings,
  { content, place }: ScanRules,
  machine: Machine,
  verifier: Verifier | undefined,
): Promise<ImageScan> {
  const progress = openProgress(machine);
  let isLong = false;
  const optionsOf = async (): Promise<ScanOptions> => ({
    needles: await readWanted(command.needles, content.length + place.length, machine),
    nowSeconds: machine.now() / 1000,
    rules: { content, place },
    skipPaths,
    onProgress: (stats, reading) => {
      if (!isLong && stats.bytes >= longBytes) {
        isLong = true;
        keepHeapSmall();
      }
      progress?.show(stats, reading);
    },
    ...(verifier === undefined ? {} : { onKey: verifier.onKey }),
  });
  try {
    return await scanNamed(command.image, command.platforms, optionsOf, machine);
  } finally {
    progress?.wipe();
    if (isLong) letHeapGrow();
  }
}

/** @throws SealError ARGUMENT where there is no value that can be looked for, and no rule */
async function readWanted(path: string | undefined, rules: number, { say }: Machine) {
  if (path === undefined) return [];
  const needles = await readNeedles(path, say);
  if (needles.length > 0 || rules > 0) return needles;
  throw new SealError(
    "ARGUMENT",
    `There is nothing to look for: no value of ${path} can be`,
    "Name others, or let rules run",
  );
}

function reportOf(
  { complete, topDigest, images, skipped, unopened, leftOut = [], stats }: ImageScan,
  judged: Judged,
  rules: ScanRules,
  { image, began, ended }: Pick<ImageReport, "image" | "began" | "ended">,
): ImageReport {
  return {
    tool: { name: "buildseal", version },
    image,
    digest: topDigest,
    platforms: images.map(({ platform }) => platform),
    bases: [...new Set(images.flatMap(({ claimedBase }) => claimedBase?.name ?? claimedBase?.digest ?? []))],
    complete,
    findings: judged.findings,
    skipped,
    leftOut: [...rules.leftOut, ...leftOut, ...judged.leftOut, ...unopened],
    stats: { ...stats, ms: ended - began },
    began,
    ended,
    rules: rules.help,
  };
}

/** What was not read weighs more than what was found: the list is then not whole. */
function statusOf({ complete, findings }: ImageReport, failOn: ScanSettings["failOn"]): number {
  if (!complete) return 2;
  const counts = (finding: Finding) => failOn !== "never" && compareSeverities(finding.severity, failOn) <= 0;
  return findings.some(counts) ? 1 : 0;
}
