import type { Finding, Skipped } from "../finding/finding.ts";
import { layerText, placeText } from "./place-text.ts";
import { printable } from "./printable.ts";

/**
 * Findings as JUnit XML, as CI servers read it: a suite for each file (or image), a case for each finding that failed.
 * A file without findings is a case that passed; what could not be read is one with an error.
 *
 * @param subjects all that was looked at, so that what is clean is counted too
 */
export function junitReport(
  findings: readonly Finding[],
  skipped: readonly Skipped[],
  subjects: readonly string[],
  seconds: number,
): string {
  const suites = new Map<string, string[]>(subjects.map((name) => [name, []]));
  const add = (name: string, line: string) => {
    const lines = suites.get(name);
    if (lines === undefined) suites.set(name, [line]);
    else lines.push(line);
  };
  const only = subjects.length === 1 ? subjects[0]! : "findings";
  const used = new Map<string, number>();
  for (const finding of findings) {
    const name = nameOf(finding);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const unique = count === 1 ? name : `${name} (${count})`;
    add("file" in finding.where ? finding.where.file : only, failedCase(finding, unique));
  }
  for (const { what, why } of skipped) {
    const error = `<error message=${quoted(why)} type="not read"/>`;
    add(what, `    <testcase name="read" classname=${quoted(what)}>${error}</testcase>\n`);
  }
  const total = `tests="${countOf(suites)}" failures="${findings.length}" errors="${skipped.length}"`;
  const body = [...suites].map(([name, cases]) => suiteOf(name, cases)).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="buildseal" ${total} time="${seconds.toFixed(3)}">\n${body}</testsuites>\n`;
}

function countOf(suites: ReadonlyMap<string, readonly string[]>): number {
  return [...suites.values()].reduce((sum, cases) => sum + Math.max(1, cases.length), 0);
}

function suiteOf(name: string, cases: readonly string[]): string {
  const errors = cases.filter((line) => line.includes("<error ")).length;
  const counts = `tests="${Math.max(1, cases.length)}" failures="${cases.length - errors}" errors="${errors}"`;
  const passed = `    <testcase name="clean" classname=${quoted(name)}/>\n`;
  return `  <testsuite name=${quoted(name)} ${counts}>\n${cases.length === 0 ? passed : cases.join("")}  </testsuite>\n`;
}

/** Of cases with one name GitLab shows the first alone (docs: "Unit test reports"). */
function nameOf({ rule, where }: Finding): string {
  return `${rule} at ${placeText(where)}`;
}

function failedCase({ rule, severity, message, remedy, where }: Finding, name: string): string {
  const place = "file" in where ? ` file=${quoted(where.file)} line="${where.line}"` : "";
  const layer = layerText(where);
  const text = escaped(`${placeText(where)}${layer === undefined ? "" : `, ${layer}`}: ${message}. ${remedy}`);
  const failure = `<failure message=${quoted(message)} type="${severity}">${text}</failure>`;
  return `    <testcase name=${quoted(name)} classname=${quoted(rule)}${place}>${failure}</testcase>\n`;
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

// XML 1.0 has no way to write most control characters, lone surrogates and two more, not even escaped
function escaped(text: string): string {
  return printable(text)
    .toWellFormed()
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}
