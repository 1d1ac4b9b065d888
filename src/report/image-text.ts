import type { Finding, LeftOut, Severity, Skipped } from "../finding/finding.ts";
import { compareSeverities } from "../finding/order.ts";
import { grouped, megabytes, plural } from "./amount.ts";
import { type Paint, plainPaint } from "./colour.ts";
import { countsOf, findingTable, remarkLines } from "./finding-table.ts";
import type { ImageReport } from "./image-report.ts";
import { leftOutName, nothingFound } from "./left-out.ts";
import { printable, wrap } from "./printable.ts";

export type ImageTextOptions = {
  readonly columns: number;
  readonly paint?: Paint;
  /** What is less bad is only counted. */
  readonly least: Severity;
};

/** So many of what was not read are listed, and of what was left out. */
const shownSkipped = 20;
const shownLeftOut = 5;

/** What came of a scan, for people: the findings, then what nobody could read, and last the sentence that a tired reader needs. */
export function imageText(report: ImageReport, { columns, paint = plainPaint, least }: ImageTextOptions): string {
  const { findings, skipped, leftOut } = report;
  const isSaid = (finding: Finding) => "file" in finding.where || compareSeverities(finding.severity, least) <= 0;
  const said = findings.filter(isSaid);
  const parts = [
    findingTable(said, columns, paint),
    leftOutText(leftOut, columns, paint),
    skippedText(skipped, columns, paint),
    summary(report, findings.length - said.length, columns, paint),
  ];
  return parts.filter((part) => part !== "").join("\n");
}

function leftOutText(leftOut: readonly LeftOut[], columns: number, paint: Paint): string {
  const counted = leftOut.map((one) => ({ what: leftOutName(one), why: one.why }));
  const text = remarkLines("Left out:", most(counted, shownLeftOut), columns);
  return text === "" ? "" : `${text.trimEnd().split("\n").map(paint.dim).join("\n")}\n`;
}

function skippedText(skipped: readonly Skipped[], columns: number, paint: Paint): string {
  const [title = "", ...rest] = remarkLines(
    "NOT READ, so nobody knows what is in it:",
    most(skipped, shownSkipped),
    columns,
  ).split("\n");
  return skipped.length === 0 ? "" : [paint.bold(paint.red(title)), ...rest].join("\n");
}

function most(remarks: readonly Skipped[], shown: number): readonly Skipped[] {
  if (remarks.length <= shown) return remarks;
  const more = { what: `${grouped(remarks.length - shown)} more`, why: "--format json lists them" };
  return [...remarks.slice(0, shown), more];
}

function summary(report: ImageReport, unsaid: number, columns: number, paint: Paint): string {
  const { findings, image, platforms, bases = [], complete, leftOut, stats } = report;
  const secrets = findings.filter(({ where }) => !("file" in where));
  const of = platforms.length > 1 ? ` of ${platforms.length} platforms` : "";
  const read = `${plural(stats.layers, "layer")}${of}, ${plural(stats.files, "file")}, ${megabytes(stats.bytes)} in ${(stats.ms / 1000).toFixed(1)} s`;
  const isClean = complete && secrets.length === 0;
  const found = secrets.length === 0 ? nothingFound(leftOut) : countsOf(secrets);
  const lines = wrap(printable(`${found} in ${image} (${read}).`), columns);
  const painted = isClean ? lines.map(paint.green) : lines.map(paint.bold);
  if (unsaid > 0)
    painted.push(...wrap(`${plural(unsaid, "finding")} of severity info not shown: --format json has all.`, columns));
  if (!complete) {
    const warning = "The scan is NOT COMPLETE: what was not read can hold anything (exit status 2).";
    painted.push(...wrap(warning, columns).map((line) => paint.bold(paint.red(line))));
  }
  if (bases.length > 0 && secrets.length > 0) {
    painted.push(...wrap(printable(`It says that it was built on ${bases.join(", ")}.`), columns).map(paint.dim));
  }
  if (secrets.length > 0)
    painted.push(...wrap("buildseal explain RULE says what a rule means.", columns).map(paint.dim));
  return `${painted.join("\n")}\n`;
}
