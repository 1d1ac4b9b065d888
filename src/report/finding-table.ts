import type { Finding, Severity, Skipped } from "../finding/finding.ts";
import { plural } from "./amount.ts";
import { type Paint, plainPaint } from "./colour.ts";
import { type FindingGroup, groupFindings } from "./finding-group.ts";
import { deletedText, placeText } from "./place-text.ts";
import { columnsOf, printable, wrap } from "./printable.ts";

/** Of one finding, so many other places are shown; json has them all. */
const shownPlaces = 3;
/** Of one rule in one group so many findings are shown, the fewer the more there are in all. */
const shownOfRule = [
  { upTo: 60, shown: 60 },
  { upTo: 300, shown: 5 },
  { upTo: Number.POSITIVE_INFINITY, shown: 2 },
];
/** Then groups are only counted, and of so many more not even that. */
const shownRows = 40;
const countedGroups = 20;

const indent = "  ";
const severityColumns = 7;
/** In a narrower terminal everything stands below each other. */
const narrow = 64;

/**
 * Findings for people: by what made them, the worst first, then what to do, each remedy once. It fits the columns that are
 * given (at least 40), and holds no value and no control character. However many there are, it stays a few screens; what
 * is not shown is counted. Empty for no findings.
 */
export function findingTable(findings: readonly Finding[], columns = 80, paint: Paint = plainPaint): string {
  if (findings.length === 0) return "";
  const most = shownOfRule.find(({ upTo }) => findings.length <= upTo)!.shown;
  const blocks: string[] = [];
  let rows = 0;
  const groups = groupFindings(findings);
  const left = groups.filter((group) => {
    if (rows >= shownRows && findings.length > shownOfRule[0]!.upTo) return true;
    const { text, shown } = printGroup(group, most, columns, paint);
    blocks.push(text);
    rows += shown;
    return false;
  });
  if (left.length > 0) blocks.push(countedText(left, columns));
  const inOrder = groups.flatMap((group) => group.findings);
  blocks.push(remedyText(inOrder, columns, paint));
  return blocks.join("\n");
}

/** What was not read, or not opened, as lines; empty for nothing. */
export function remarkLines(title: string, remarks: readonly Skipped[], columns = 80): string {
  if (remarks.length === 0) return "";
  const lines = remarks.flatMap(({ what, why }) => {
    const [first = "", ...rest] = wrap(shortened(printable(`${what}: ${why}`)), columns - 4);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return `${[...wrap(title, columns), ...lines].join("\n")}\n`;
}

function printGroup({ title, findings }: FindingGroup, most: number, columns: number, paint: Paint) {
  const counts = new Map<string, number>();
  const shown = findings.filter(({ rule, severity }) => {
    const kind = `${rule} ${severity}`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= most;
  });
  const head = wrap(title, columns).map((line) => paint.bold(line));
  const width = whatColumns(shown, columns);
  const rows = shown.flatMap((finding) => row(finding, width, columns, paint));
  const more = [...counts].flatMap(([kind, count]) => {
    if (count <= most) return [];
    const [rule = "", severity = ""] = kind.split(" ");
    const text = `and ${(count - most).toLocaleString("en-US")} more of ${rule}, ${severity}`;
    return wrap(printable(text), columns - indent.length).map((line) => indent + paint.dim(line));
  });
  return { text: `${[...head, ...rows, ...more].join("\n")}\n`, shown: shown.length };
}

/** How wide the names of what was found are, where they stand beside the places; undefined where there is no room. */
function whatColumns(findings: readonly Finding[], columns: number): number | undefined {
  if (columns < narrow) return undefined;
  const room = columns - indent.length - severityColumns - 4;
  return Math.min(Math.max(...findings.flatMap(whatLines).map(columnsOf)), Math.floor(room * 0.42));
}

function row(finding: Finding, width: number | undefined, columns: number, paint: Paint): string[] {
  const severity = severityPaint(paint, finding.severity)(finding.severity.padEnd(severityColumns));
  if (width === undefined) {
    const deep = indent + indent;
    const [what = "", ...more] = whatLines(finding).flatMap((line) => wrap(line, columns - 11));
    const rest = [...more, ...whereLines(finding)].flatMap((line) => wrap(line, columns - deep.length));
    return [`${indent}${severity}${indent}${paint.bold(what)}`, ...rest.map((line) => deep + line)];
  }
  const whats = whatLines(finding).flatMap((line) => wrap(line, width));
  const wheres = whereLines(finding).flatMap((line) =>
    wrap(line, columns - indent.length - severityColumns - 4 - width),
  );
  return Array.from({ length: Math.max(whats.length, wheres.length) }, (_, at) => {
    const what = whats[at] ?? "";
    const blank = " ".repeat(Math.max(0, width - columnsOf(what)));
    const cells = [at === 0 ? severity : " ".repeat(severityColumns), (at === 0 ? paint.bold(what) : what) + blank];
    return `${indent}${[...cells, wheres[at] ?? ""].join(indent)}`.trimEnd();
  });
}

function whatLines(finding: Finding): string[] {
  const { rule, secret, where, message } = finding;
  if ("file" in where) return [printable(rule), printable(message)];
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

function whereLines({ where, places = [], message }: Finding): string[] {
  const first = shortened(placeText(where));
  const deleted = deletedText(where);
  const others = [...new Set(places.map((place) => shortened(placeText(place))))].filter((text) => text !== first);
  const shown = others.slice(0, shownPlaces).map((text) => `also ${text}`);
  const more = others.length > shownPlaces ? [`and ${plural(others.length - shownPlaces, "more place")}`] : [];
  return [first || printable(message), ...(deleted === undefined ? [] : [deleted]), ...shown, ...more];
}

/** A digest by its first characters, as docker shows it; json has it whole. */
function shortened(text: string): string {
  return text.replace(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, "$1…");
}

/** Groups that are only counted: one line each. */
function countedText(groups: readonly FindingGroup[], columns: number): string {
  const lines = groups.slice(0, countedGroups).flatMap(({ title, findings }) => {
    const [first = "", ...rest] = wrap(`${title}: ${countsOf(findings)}`, columns - 4);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  const others = groups.slice(countedGroups);
  const more = others.flatMap(({ findings }) => findings);
  if (more.length > 0) {
    const text = `${plural(others.length, "other place")}: ${countsOf(more)}`;
    lines.push(...wrap(text, columns - 4).map((line, at) => (at === 0 ? `  - ${line}` : `    ${line}`)));
  }
  return `${["And, only counted here:", ...lines].join("\n")}\n`;
}

/** `3 errors, 1 warning`. */
export function countsOf(findings: readonly Finding[]): string {
  return (["error", "warning", "info"] as const)
    .map((severity) => [severity, findings.filter((one) => one.severity === severity).length] as const)
    .filter(([, count]) => count > 0)
    .map(([severity, count]) =>
      severity === "info" ? `${count.toLocaleString("en-US")} info` : plural(count, severity),
    )
    .join(", ");
}

/** What to do, by rule: a rule can have another remedy elsewhere. */
function remedyText(findings: readonly Finding[], columns: number, paint: Paint): string {
  const remedies = new Map(findings.map(({ rule, remedy }) => [`${rule} ${remedy}`, { rule, remedy }]));
  const byRule = [...Map.groupBy(remedies.values(), ({ rule }) => rule).values()].flat();
  const lines = byRule.flatMap(({ rule, remedy }) => {
    const [first = "", ...rest] = wrap(printable(`${rule}: ${remedy}`), columns - 2);
    return [`${paint.green("→")} ${first}`, ...rest.map((line) => `  ${line}`)];
  });
  return `${lines.join("\n")}\n`;
}

export function severityPaint(paint: Paint, severity: Severity): (text: string) => string {
  return severity === "error" ? paint.red : severity === "warning" ? paint.yellow : paint.blue;
}
