import type { FilePlace, Finding, Skipped } from "../finding/finding.ts";
import { comparePlaces } from "../finding/order.ts";
import { type Paint, plainPaint, severityPaint } from "./colour.ts";
import { type ShownLine, sourceLines } from "./excerpt.ts";
import { remarkLines } from "./finding-table.ts";
import { layerText, placeText } from "./place-text.ts";
import { columnsOf, printable, wrap } from "./printable.ts";
import type { RuleHelps } from "./rule-help.ts";

/** What a report for people is made of. */
export type TextReport = {
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** How many files (or images) were looked at. */
  readonly files: number;
  /** The line of a finding, without values; none for what is in no text. */
  readonly lineOf: (finding: Finding) => ShownLine | undefined;
  /** What can be done about it without thinking: "--fix" or "--unsafe-fixes". */
  readonly fixOf: (finding: Finding) => string | undefined;
  readonly rules: RuleHelps;
  /** Findings that the baseline knows. */
  readonly known: number;
  readonly columns: number;
  readonly paint?: Paint;
};

/** The findings by file, each with its line, and a sentence at the end. It holds no value and no control character of a file. */
export function textReport(report: TextReport): string {
  const blocks: string[] = [];
  for (const [file, findings] of byFile(report.findings)) {
    const paint = report.paint ?? plainPaint;
    const shown = findings.toSorted((a, b) => comparePlaces(a.where, b.where)).map((one) => block(one, report));
    blocks.push(`${paint.bold(printable(file))}\n${shown.join("\n")}`);
  }
  blocks.push(remarkLines("Not looked at:", report.skipped, report.columns));
  blocks.push(summary(report));
  return blocks.filter((text) => text !== "").join("\n");
}

function byFile(findings: readonly Finding[]): Map<string, Finding[]> {
  const files = new Map<string, Finding[]>();
  for (const finding of findings) {
    const name = "file" in finding.where ? finding.where.file : (layerText(finding.where) ?? finding.where.surface);
    const listed = files.get(name);
    if (listed === undefined) files.set(name, [finding]);
    else listed.push(finding);
  }
  return new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
}

const indent = "    ";

function block(finding: Finding, report: TextReport): string {
  const paint = report.paint ?? plainPaint;
  const { severity, rule, message, remedy, where } = finding;
  const place = "file" in where ? `${where.line}:${where.column}` : placeText(where);
  const head = `  ${place}  ${severity}  `;
  const [first = "", ...rest] = wrap(printable(message), Math.max(30, report.columns - columnsOf(head)));
  const name = printable(rule);
  const last = rest.at(-1) ?? first;
  const hasRoom = columnsOf(head) + columnsOf(last) + columnsOf(rule) + 4 <= report.columns;
  const lines = [`  ${paint.dim(place)}  ${severityPaint(paint, severity)(severity)}  ${paint.bold(first)}`];
  for (const line of rest) lines.push(" ".repeat(columnsOf(head)) + paint.bold(line));
  if (hasRoom) lines[lines.length - 1] += `  ${paint.dim(`[${name}]`)}`;
  else lines.push(" ".repeat(columnsOf(head)) + paint.dim(`[${name}]`));
  lines.push(...shownLines(finding, where, report, paint));
  const fix = report.fixOf(finding);
  const sentence = /[.?!]$/.test(remedy) ? remedy : `${remedy}.`;
  const advice = fix === undefined ? sentence : `${sentence} (${fix} does it)`;
  const [what = "", ...more] = wrap(printable(advice), Math.max(30, report.columns - indent.length - 2));
  lines.push(`${indent}${paint.green("→")} ${what}`, ...more.map((line) => `${indent}  ${line}`));
  return `${lines.join("\n")}\n`;
}

/** A line that nobody could read. */
const binary = /[\0-\x08\x0e-\x1a\x1c-\x1f]/;

function shownLines(finding: Finding, where: Finding["where"], report: TextReport, paint: Paint): string[] {
  const line = report.lineOf(finding);
  if (line === undefined || !("file" in where) || line.text.trim() === "" || binary.test(line.text)) return [];
  const gutter = `${where.line}`;
  const room = Math.max(30, report.columns - indent.length - gutter.length - 3);
  const { text, caret } = sourceLines(line, where satisfies FilePlace, room);
  const blank = " ".repeat(gutter.length);
  const painted = severityPaint(paint, finding.severity);
  return [
    `${indent}${paint.dim(`${gutter} |`)} ${text}`,
    `${indent}${paint.dim(`${blank} |`)} ${caret.replace(/\^+/, (carets) => painted(carets))}`,
  ];
}

function summary({ findings, skipped, files, known, fixOf, columns, paint = plainPaint }: TextReport): string {
  const counts = (["error", "warning", "info"] as const)
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) =>
      severityPaint(paint, severity)(`${count} ${severity}${count === 1 || severity === "info" ? "" : "s"}`),
    );
  const notRead = skipped.length === 0 ? "" : `; ${skipped.length} not looked at`;
  const baseline = known === 0 ? "" : `; ${known} more in the baseline`;
  const looked = `${files} ${files === 1 ? "file" : "files"}`;
  if (counts.length === 0) {
    const nothing = skipped.length === 0 ? paint.green("Nothing found") : "Nothing found";
    return `${nothing} in ${looked}${notRead}${baseline}.\n`;
  }
  const fixable = findings.filter((finding) => fixOf(finding) === "--fix").length;
  const fix = fixable === 0 ? "" : ` ${paint.bold("--fix")} mends ${fixable} of them.`;
  const explain = ` ${paint.bold("buildseal explain RULE")} says why.`;
  const plain = `${counts.join(", ")} in ${looked}${notRead}${baseline}.`;
  const hint = `${fix}${explain}`.trim();
  return columnsOf(plain) + columnsOf(hint) + 1 <= columns ? `${plain} ${hint}\n` : `${plain}\n${hint}\n`;
}
