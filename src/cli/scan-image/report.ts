import { colourPaint, plainPaint } from "../../report/colour.ts";
import { wantsColour } from "../../report/coloured-diff.ts";
import type { ImageReport } from "../../report/image-report.ts";
import { imageText } from "../../report/image-text.ts";
import { jsonReport } from "../../report/json-report.ts";
import { type Machine, withUserUmask } from "../machine.ts";
import type { Format, ScanCommand } from "./arguments.ts";
import type { ScanSettings } from "./settings.ts";

/** Writes every report that was asked for; one that cannot be written keeps no other back. @throws SealError OUTPUT */
export async function writeReports(
  report: ImageReport,
  reports: ScanCommand["reports"],
  failOn: ScanSettings["failOn"],
  machine: Machine,
): Promise<void> {
  const failures: unknown[] = [];
  for (const { format, file } of reports) {
    const text = await reportText(report, format, failOn, file === undefined ? machine : undefined);
    if (file === undefined) machine.print(text);
    else await write(file, text, machine).catch((failure: unknown) => failures.push(failure));
  }
  if (failures.length > 0) throw failures[0];
}

async function write(file: string, text: string, machine: Machine): Promise<void> {
  const { writeAtomically } = await import("../../system/atomic-file.ts");
  await withUserUmask(machine, () => writeAtomically(file, new TextEncoder().encode(text), undefined));
}

const usualColumns = 80;
const widest = 120;
const narrowest = 40;

/** @param machine whose stdout it goes to, if it does */
async function reportText(
  report: ImageReport,
  format: Format,
  failOn: ScanSettings["failOn"],
  machine: Machine | undefined,
): Promise<string> {
  switch (format) {
    case "text": {
      const { stdout } = process;
      // a terminal that does not know its width says 0
      const columns = (machine !== undefined && stdout.isTTY && stdout.columns) || usualColumns;
      return imageText(report, {
        columns: Math.max(narrowest, Math.min(columns, widest)),
        paint: machine !== undefined && wantsColour(stdout, machine.environment) ? colourPaint : plainPaint,
        least: failOn === "info" ? "info" : "warning",
      });
    }
    case "json":
      return jsonReport({ ...report, subject: subjectOf(report) });
    case "sarif": {
      const { sarifReport } = await import("../../report/sarif.ts");
      const { image: name, digest, platforms } = report;
      return sarifReport({ ...report, subject: { name, ...(digest === undefined ? {} : { digest }), platforms } });
    }
    case "junit": {
      const { junitReport } = await import("../../report/junit.ts");
      return junitReport(report.findings, report.skipped, [report.image], report.stats.ms / 1000);
    }
    case "github": {
      const { githubReport, githubSkipped } = await import("../../report/github.ts");
      return githubSkipped(report.skipped) + githubReport(report.findings);
    }
    case "gitlab": {
      const { gitlabSecretReport } = await import("../../report/gitlab-secret.ts");
      return gitlabSecretReport(report);
    }
    case "html": {
      const { htmlReport } = await import("../../report/html/html-report.ts");
      return htmlReport(report);
    }
  }
}

function subjectOf({ image, digest, platforms, bases = [] }: ImageReport) {
  return {
    kind: "image" as const,
    name: image,
    ...(digest === undefined ? {} : { digest }),
    platforms,
    ...(bases.length === 0 ? {} : { bases }),
  };
}
