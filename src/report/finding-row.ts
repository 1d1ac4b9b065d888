import type { Finding } from "../finding/finding.ts";
import { plural } from "./amount.ts";
import { type Paint, severityPaint } from "./colour.ts";
import { deletedText, placePath, placeText } from "./place-text.ts";
import { columnsOf, printable, wrap } from "./printable.ts";

/** Of one finding, so many other places are shown; json has them all. */
const shownPlaces = 3;
const indent = "  ";
const severityColumns = 7;
/** In a narrower terminal everything stands below each other. */
const narrow = 64;

/** A finding, and how many more of its kind lie in the same file. */
export type Row = { readonly finding: Finding; others: number };

/** Findings as rows: what is alike in one file is one. */
export function rowsOf(findings: readonly Finding[]): Row[] {
  const rows = new Map<string, Row>();
  for (const finding of findings) {
    const { severity, secret, where } = finding;
    // by its name each known value is another one, and what is wrong with a list has a line
    const isAlone = secret?.name !== undefined || "file" in where;
    const key = JSON.stringify([severity, ...whatLines(finding), placePath(where), isAlone ? finding.fingerprint : ""]);
    const row = rows.get(key);
    if (row === undefined) rows.set(key, { finding, others: 0 });
    else row.others++;
  }
  return [...rows.values()];
}

/** Rows as lines: severity, what it is, where it is; in a narrow terminal below each other. */
export function printRows(rows: readonly Row[], columns: number, paint: Paint): string[] {
  const width = whatColumns(rows, columns);
  return rows.flatMap((row) => printRow(row, width, columns, paint));
}

/** How wide the names of what was found are, where they stand beside the places; undefined where there is no room. */
function whatColumns(rows: readonly Row[], columns: number): number | undefined {
  if (columns < narrow) return undefined;
  const room = columns - indent.length - severityColumns - 4;
  return Math.min(
    Math.max(...rows.flatMap(({ finding }) => whatLines(finding)).map(columnsOf)),
    Math.floor(room * 0.42),
  );
}

function printRow(row: Row, width: number | undefined, columns: number, paint: Paint): string[] {
  const { finding } = row;
  const severity = severityPaint(paint, finding.severity)(finding.severity.padEnd(severityColumns));
  if (width === undefined) {
    const deep = indent + indent;
    const [what = "", ...more] = whatLines(finding).flatMap((line) => wrap(line, columns - 11));
    const rest = [...more, ...whereLines(row), ...sentencesOf(finding)].flatMap((line) =>
      wrap(line, columns - deep.length),
    );
    return [`${indent}${severity}${indent}${paint.bold(what)}`, ...rest.map((line) => deep + line)];
  }
  const whats = whatLines(finding).flatMap((line) => wrap(line, width));
  const wheres = whereLines(row).flatMap((line) => wrap(line, columns - indent.length - severityColumns - 4 - width));
  const cells = Array.from({ length: Math.max(whats.length, wheres.length) }, (_, at) => {
    const what = whats[at] ?? "";
    const blank = " ".repeat(Math.max(0, width - columnsOf(what)));
    const first = [at === 0 ? severity : " ".repeat(severityColumns), (at === 0 ? paint.bold(what) : what) + blank];
    return `${indent}${[...first, wheres[at] ?? ""].join(indent)}`.trimEnd();
  });
  const deep = " ".repeat(indent.length + severityColumns + 2);
  const sentences = sentencesOf(finding).flatMap((line) => wrap(line, columns - deep.length));
  return [...cells, ...sentences.map((line) => deep + line)];
}

function whatLines(finding: Finding): string[] {
  const { rule, secret, where } = finding;
  if ("file" in where) return [printable(rule)];
  if (secret?.name === undefined) return [printable(rule), ...detailOf(finding)];
  const encoding = secret.encoding === undefined || secret.encoding === "raw" ? "" : ` (${secret.encoding})`;
  return [printable(`${secret.name}${encoding}`), printable(rule)];
}

/** What the rule's name does not say yet: whose token it is, that it has expired, its first characters. */
function detailOf({ rule, message, secret }: Finding): string[] {
  const at = message.lastIndexOf(" is in ");
  const title = at === -1 ? "" : message.slice(0, at);
  const isSaid = title.toLowerCase().replace(/^an? /, "") === rule.replaceAll("-", " ");
  const shown = secret?.redacted.includes("…") ? [printable(secret.redacted)] : [];
  return [...(title === "" || isSaid ? [] : [printable(title)]), ...shown];
}

function whereLines({ finding: { where, places = [], unlisted = 0, message }, others: siblings }: Row): string[] {
  const first = shortPlace(where);
  const others = [...new Set(places.map(shortPlace))].filter((text) => text !== first);
  const shown = others.slice(0, shownPlaces).map((text) => `also ${text}`);
  const count = Math.max(0, others.length - shownPlaces) + unlisted;
  const more = count > 0 ? [`and ${plural(count, "more place")}`] : [];
  const same = siblings === 0 ? [] : [`and ${plural(siblings, "other")} in this file`];
  return [first || printable(message), ...same, ...shown, ...more];
}

/** What is worth lines of its own: what is wrong with a list, and that a file is hidden and still there. */
function sentencesOf({ where, message }: Finding): string[] {
  if ("file" in where) return [printable(message)];
  const deleted = deletedText(where);
  return deleted === undefined ? [] : [deleted];
}

/** Of a path with thousands of characters its ends: json has it whole. */
const longestPlace = 300;
const placeHead = 100;

function shortPlace(place: Finding["where"]): string {
  const text = shortDigest(placeText(place));
  if (text.length <= longestPlace) return text;
  return `${text.slice(0, placeHead)}…${text.slice(placeHead - longestPlace)}`.toWellFormed();
}

/** A digest by its first characters, as docker shows it; json has it whole. */
export function shortDigest(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
}
