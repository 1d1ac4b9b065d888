import type { Finding, Skipped } from "../finding/finding.ts";
import { layerText, placeText } from "./place-text.ts";
import { columnsOf, printable, wrap } from "./printable.ts";

/** Of one finding, so many places are shown; json has them all. */
const shownPlaces = 5;
/** The first column and its gap. */
const severityColumns = 9;
const gap = "  ";

/**
 * Findings as a table for people, then what to do, each remedy once. It fits the columns that are given (at least 40),
 * and holds no value and no control character. Empty for no findings.
 */
export function findingTable(findings: readonly Finding[], columns = 80): string {
  if (findings.length === 0) return "";
  const whats = findings.map(whatText);
  const room = columns - severityColumns - gap.length;
  const whatColumns = Math.min(Math.max(4, ...whats.map(columnsOf)), Math.floor(room * 0.4));
  const whereColumns = room - whatColumns;
  const withPlatform = platformsOf(findings.flatMap(({ where, places = [] }) => [where, ...places])).length > 1;
  const rows = findings.flatMap((finding, index) => {
    const where = whereLines(finding, whereColumns, withPlatform);
    return row(finding.severity, wrap(whats[index]!, whatColumns), where, whatColumns);
  });
  const head = row("SEVERITY", ["WHAT"], ["WHERE"], whatColumns);
  return `${[...head, ...rows, "", ...remedyLines(findings, columns)].join("\n")}\n`;
}

/** What was not read, or not opened, as lines; empty for nothing. */
export function remarkLines(title: string, remarks: readonly Skipped[], columns = 80): string {
  if (remarks.length === 0) return "";
  const lines = remarks.flatMap(({ what, why }) => {
    const [first = "", ...rest] = wrap(printable(`${what}: ${why}`), columns - 4);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return `${[...wrap(title, columns), ...lines].join("\n")}\n`;
}

function whatText({ rule, secret }: Finding): string {
  if (secret?.name === undefined) return printable(rule);
  const encoding = secret.encoding === undefined || secret.encoding === "raw" ? "" : ` (${secret.encoding})`;
  return printable(`${secret.name}${encoding}`);
}

function whereLines(
  { where, places = [], secret, message }: Finding,
  columns: number,
  withPlatform: boolean,
): string[] {
  const layer = layerText(where);
  const more = places.slice(0, shownPlaces).map((place) => `also ${placeText(place)}`);
  const rest = places.length > shownPlaces ? [`and ${places.length - shownPlaces} more places`] : [];
  const shown = secret?.name === undefined && secret !== undefined ? [printable(secret.redacted)] : [];
  const platform = withPlatform ? platformsOf([where]).map(printable) : [];
  const first = placeText(where) || printable(message);
  const lines = [first, ...(layer === undefined ? [] : [layer]), ...platform, ...shown, ...more, ...rest];
  return lines.flatMap((line) => wrap(line, columns));
}

function platformsOf(places: readonly Finding["where"][]): string[] {
  return [...new Set(places.flatMap((place) => ("platform" in place && place.platform ? [place.platform] : [])))];
}

function row(severity: string, what: readonly string[], where: readonly string[], whatColumns: number): string[] {
  return Array.from({ length: Math.max(what.length, where.length) }, (_, index) => {
    const cells = [padded(index === 0 ? severity : "", severityColumns), padded(what[index] ?? "", whatColumns), gap];
    return `${cells.join("")}${where[index] ?? ""}`.trimEnd();
  });
}

function remedyLines(findings: readonly Finding[], columns: number): string[] {
  const remedies = [...new Set(findings.map(({ remedy }) => printable(remedy)))];
  return remedies.flatMap((remedy) => {
    const [first = "", ...rest] = wrap(remedy, columns - 2);
    return [`→ ${first}`, ...rest.map((line) => `  ${line}`)];
  });
}

function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
