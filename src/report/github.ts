import type { Finding, Severity, Skipped } from "../finding/finding.ts";
import { plural } from "./amount.ts";
import { layerText, placeText } from "./place-text.ts";
import { printable } from "./printable.ts";

/**
 * Findings as workflow commands, which GitHub shows at the lines of a pull request (docs: "Workflow commands"; the
 * runner's own reading: ActionCommand.TryParseV2). Lines and columns as they are; GitHub takes columns only where the
 * lines are the same one. GitHub shows ten of a kind for a step, the worst come first.
 */
export function githubReport(findings: readonly Finding[]): string {
  return findings.map((finding) => `${commandOf(finding)}\n`).join("");
}

/** What was not read, as one error: it is not lost among what was found, of which ten are shown. */
export function githubSkipped(skipped: readonly Skipped[]): string {
  const [first] = skipped;
  if (first === undefined) return "";
  const more = skipped.length === 1 ? "" : ` (and ${skipped.length - 1} more)`;
  const text = printable(`The scan is not complete. Not read: ${first.what}: ${first.why}${more}`);
  return `::error title=buildseal not read::${escapeData(text)}\n`;
}

const commands: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "notice" };

function commandOf({ where, places = [], unlisted = 0, severity, rule, message, remedy }: Finding): string {
  const properties: [string, string][] = [];
  if ("file" in where) {
    properties.push(["file", printable(where.file)], ["line", `${where.line}`], ["endLine", `${where.endLine}`]);
    if (where.line === where.endLine) {
      // its end column is the last one that is marked
      properties.push(["col", `${where.column}`], ["endColumn", `${Math.max(where.column, where.endColumn - 1)}`]);
    }
  }
  properties.push(["title", `buildseal ${rule}`]);
  const place = "file" in where ? "" : `${placeText(where)}: `;
  const layer = layerText(where);
  const count = places.length + unlisted;
  const found = [
    printable(message),
    ...(layer === undefined ? [] : [`, ${layer}`]),
    ...(count === 0 ? [] : [`, and in ${plural(count, "more place")}`]),
  ].join("");
  const listed = properties.map(([name, value]) => `${name}=${escapeProperty(value)}`).join(",");
  return `::${commands[severity]} ${listed}::${escapeData(`${place}${found}. ${printable(remedy)}`)}`;
}

// actions/toolkit, packages/core/src/command.ts
function escapeData(text: string): string {
  return text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replace(/:/g, "%3A").replace(/,/g, "%2C");
}
