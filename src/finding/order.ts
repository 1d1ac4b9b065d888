import type { FilePlace, Finding, ImagePlace, Severity } from "./finding.ts";

const severities: readonly Severity[] = ["error", "warning", "info"];

/** The worst first, then by place: the order in which findings are shown. */
export function compareFindings(a: Finding, b: Finding): number {
  return (
    compareSeverities(a.severity, b.severity) ||
    comparePlaces(a.where, b.where) ||
    compare(a.rule, b.rule) ||
    compare(a.fingerprint, b.fingerprint)
  );
}

/** The worst first. */
export function compareSeverities(a: Severity, b: Severity): number {
  return severities.indexOf(a) - severities.indexOf(b);
}

/** From the first platform and layer on, by path and position. */
export function comparePlaces(a: ImagePlace | FilePlace, b: ImagePlace | FilePlace): number {
  if ("file" in a || "file" in b) {
    if (!("file" in a && "file" in b)) return "file" in a ? -1 : 1;
    return compare(a.file, b.file) || a.line - b.line || a.column - b.column;
  }
  return (
    compare(a.platform ?? "", b.platform ?? "") ||
    (a.layer?.index ?? -1) - (b.layer?.index ?? -1) ||
    compare(a.surface, b.surface) ||
    compare(a.path ?? "", b.path ?? "") ||
    compare((a.inner ?? []).join("\0"), (b.inner ?? []).join("\0")) ||
    (a.offset ?? 0) - (b.offset ?? 0)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
