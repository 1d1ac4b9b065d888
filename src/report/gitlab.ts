import type { Finding, Severity } from "../finding/finding.ts";
import { machineJson } from "./machine-json.ts";
import { placeText } from "./place-text.ts";
import { printable } from "./printable.ts";

const severities: Readonly<Record<Severity, string>> = { error: "critical", warning: "major", info: "info" };

/**
 * Findings as a Code Quality report (GitLab docs: "Code Quality report format"): an artifact of the job under
 * `reports: codequality`. Every fingerprint is there once, or GitLab would drop one; what is in no file has the subject's name.
 */
export function gitlabReport(findings: readonly Finding[], subject: string): string {
  const counts = new Map<string, number>();
  const issues = findings.map(({ rule, severity, message, remedy, fingerprint, where }) => {
    const count = (counts.get(fingerprint) ?? 0) + 1;
    counts.set(fingerprint, count);
    const isFile = "file" in where;
    const place = isFile ? "" : `${placeText(where)}: `;
    return {
      description: `${place}${printable(message)}. ${printable(remedy)}`,
      check_name: rule,
      fingerprint: count === 1 ? fingerprint : `${fingerprint}-${count}`,
      severity: severities[severity],
      location: {
        path: isFile ? where.file : (where.path ?? subject),
        lines: isFile ? { begin: where.line, end: where.endLine } : { begin: where.line ?? 1 },
      },
    };
  });
  return machineJson(issues, findings.length);
}
