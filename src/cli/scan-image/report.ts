import { megabytes, plural } from "../../report/amount.ts";
import { findingTable, remarkLines } from "../../report/finding-table.ts";
import { jsonReport } from "../../report/json-report.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { type Machine, withUserUmask } from "../machine.ts";
import { version } from "../version.ts";
import type { ScanCommand } from "./arguments.ts";

export type Told = { readonly command: ScanCommand; readonly machine: Machine; readonly ms: number };

/** @throws SealError OUTPUT */
export async function writeReport(scan: ImageScan, { command, machine, ms }: Told): Promise<void> {
  const text = command.format === "json" ? json(scan, command, ms) : table(scan, machine, ms);
  const { output } = command;
  if (output === undefined) {
    machine.print(text);
    return;
  }
  const { writeAtomically } = await import("../../system/atomic-file.ts");
  await withUserUmask(machine, () => writeAtomically(output, new TextEncoder().encode(text), undefined));
}

function json(scan: ImageScan, { image }: ScanCommand, ms: number): string {
  const { complete, topDigest, images, findings, skipped, stats } = scan;
  return jsonReport({
    tool: { name: "buildseal", version },
    complete,
    subject: {
      kind: "image",
      name: image,
      ...(topDigest === undefined ? {} : { digest: topDigest }),
      platforms: images.map(({ platform }) => platform),
    },
    findings,
    skipped,
    stats: { ...stats, ms: Math.round(ms) },
  });
}

const usualColumns = 80;

function table({ images, findings, skipped, unopened, stats }: ImageScan, { columns }: Machine, ms: number): string {
  const width = Math.max(40, Math.min(columns ?? usualColumns, 120));
  const told = findings.filter(({ severity }) => severity !== "info");
  const lesser = findings.length - told.length;
  const platforms = images.map(({ platform }) => platform).join(", ");
  const searched = `${plural(stats.layers, "layer")} of ${platforms || "no image"}, ${plural(stats.files, "file")}, ${megabytes(stats.bytes)} in ${(ms / 1000).toFixed(1)} s`;
  const parts = [
    findingTable(told, width),
    lesser === 0 ? "" : `${plural(lesser, "finding")} of severity info (--format json has them).\n`,
    remarkLines("Not read, so nobody knows what is in it:", skipped, width),
    remarkLines("Not opened; searched as it is:", unopened, width),
    `${told.length === 0 ? "Nothing found in" : `${plural(told.length, "finding")} in`} ${searched}.\n`,
  ];
  return parts.filter((part) => part !== "").join("\n");
}
