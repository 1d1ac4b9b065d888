import type { Finding, Skipped } from "../finding/finding.ts";
import { grouped, plural } from "./amount.ts";
import { type Paint, plainPaint } from "./colour.ts";
import { type FindingGroup, groupFindings } from "./finding-group.ts";
import { printRows, rowsOf, shortDigest } from "./finding-row.ts";
import { printable, wrap } from "./printable.ts";

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
    const [first = "", ...rest] = wrap(shortDigest(printable(`${what}: ${why}`)), columns - 4);
    return [`  - ${first}`, ...rest.map((line) => `    ${line}`)];
  });
  return `${[...wrap(title, columns), ...lines].join("\n")}\n`;
}

function printGroup({ title, findings }: FindingGroup, most: number, columns: number, paint: Paint) {
  const rows = rowsOf(findings);
  const kinds = [...Map.groupBy(rows, ({ finding: { rule, severity } }) => `${rule}, ${severity}`)];
  const kept = new Set(kinds.flatMap(([, some]) => some.slice(0, most)));
  const lines = printRows(
    rows.filter((row) => kept.has(row)),
    columns,
    paint,
  );
  const more = kinds.flatMap(([kind, some]) => {
    const left = some.slice(most).reduce((sum, { others }) => sum + 1 + others, 0);
    if (left === 0) return [];
    const text = printable(`and ${grouped(left)} more of ${kind}`);
    return wrap(text, columns - indent.length).map((line) => indent + paint.dim(line));
  });
  const head = wrap(title, columns).map((line) => paint.bold(line));
  return { text: `${[...head, ...lines, ...more].join("\n")}\n`, shown: kept.size };
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
    .map(([severity, count]) => (severity === "info" ? `${grouped(count)} info` : plural(count, severity)))
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
