import type { Finding, Severity, Skipped } from "../../finding/finding.ts";
import { compareSeverities } from "../../finding/order.ts";
import { isPlatform } from "../../image/choice.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { openMachine } from "../machine.ts";
import type { ScanCommand } from "./arguments.ts";
import { readNeedles } from "./needles.ts";
import { scanNamed } from "./open-image.ts";
import { writeReport } from "./report.ts";

/** Searches the image that the command names and reports it. Gives the exit status. @throws SealError ARGUMENT, IMAGE, OUTPUT */
export async function runScan(command: ScanCommand): Promise<number> {
  const machine = openMachine();
  const start = performance.now();
  const needles = command.needles === undefined ? [] : await readNeedles(command.needles, machine.say);
  const options = { needles, nowSeconds: machine.now() / 1000 };
  const scan = withMissing(await scanNamed(command.image, command.platforms, options, machine), command.platforms);
  await writeReport(scan, { command, machine, ms: performance.now() - start });
  return statusOf(scan, command.failOn);
}

/** A platform that was asked for and is not there is not clean: nobody looked. */
function withMissing(scan: ImageScan, platforms: readonly string[]): ImageScan {
  const there = scan.images.map(({ platform }) => platform);
  const missing = platforms.filter((wanted) => !there.some((platform) => isPlatform(platform, wanted)));
  if (missing.length === 0) return scan;
  const why = there.length === 0 ? "the image has it not" : `the image has only ${there.join(", ")}`;
  const skipped: Skipped[] = missing.map((what) => ({ what: `the platform ${what}`, why }));
  return { ...scan, complete: false, skipped: [...skipped, ...scan.skipped] };
}

/** What was not read weighs more than what was found: the list is then not whole. */
function statusOf({ complete, findings }: ImageScan, failOn: ScanCommand["failOn"]): number {
  if (!complete) return 2;
  return failOn !== "never" && findings.some(isAtLeast(failOn)) ? 1 : 0;
}

function isAtLeast(severity: Severity): (finding: Finding) => boolean {
  return (finding) => compareSeverities(finding.severity, severity) <= 0;
}
