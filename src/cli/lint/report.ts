import type { Finding, Skipped } from "../../finding/finding.ts";
import { compareFindings } from "../../finding/order.ts";
import type { LintFinding } from "../../lint/finish.ts";
import { ruleHelp } from "../../lint/page.ts";
import { colourPaint, plainPaint } from "../../report/colour.ts";
import { wantsColour } from "../../report/coloured-diff.ts";
import { githubReport } from "../../report/github.ts";
import { gitlabReport } from "../../report/gitlab.ts";
import { jsonReport } from "../../report/json-report.ts";
import { junitReport } from "../../report/junit.ts";
import type { RuleHelp } from "../../report/rule-help.ts";
import { sarifReport } from "../../report/sarif.ts";
import { textReport } from "../../report/text.ts";
import { type Machine, withUserUmask } from "../machine.ts";
import { version } from "../version.ts";
import type { Format, LintCommand } from "./arguments.ts";
import { rulesById } from "./every-rule.ts";

/** What came of a run of lint. */
export type LintResult = {
  /** With the file's name from the repository's root on, which machines want. */
  readonly items: readonly (LintFinding & { readonly identity: string })[];
  readonly skipped: readonly Skipped[];
  /** All files that were looked at, as the user calls them. */
  readonly files: readonly string[];
  readonly known: number;
  readonly bytes: number;
  readonly ms: number;
};

/** Writes every report that was asked for. `toStderr`: stdout is taken by a diff, or by a file that was mended. */
export async function writeReports(
  result: LintResult,
  command: LintCommand,
  machine: Machine,
  toStderr: boolean,
): Promise<void> {
  for (const { format, file } of command.reports) {
    if (file !== undefined) {
      const text = reportText(result, format, command, machine, undefined);
      const { writeAtomically } = await import("../../system/atomic-file.ts");
      await withUserUmask(machine, () => writeAtomically(file, new TextEncoder().encode(text), undefined));
    } else {
      const stream = toStderr ? process.stderr : process.stdout;
      stream.write(reportText(result, format, command, machine, stream));
    }
  }
}

const widest = 120;

function reportText(
  result: LintResult,
  format: Format,
  command: LintCommand,
  { environment }: Machine,
  stream: NodeJS.WriteStream | undefined,
): string {
  const { skipped, files } = result;
  switch (format) {
    case "text": {
      const items = new Map(result.items.map((item) => [item.finding, item]));
      return textReport({
        findings: result.items.map(({ finding }) => finding),
        skipped,
        files: files.length,
        known: result.known,
        lineOf: (finding) => items.get(finding)?.excerpt,
        fixOf: (finding) => fixWord(items.get(finding)),
        rules: helpOf,
        // a terminal that does not know its width says 0
        columns: Math.min((stream?.isTTY && stream.columns) || widest, widest),
        paint: stream !== undefined && wantsColour(stream, environment) ? colourPaint : plainPaint,
      });
    }
    case "json":
      return jsonReport({
        tool: { name: "buildseal", version },
        complete: skipped.length === 0,
        subject: { kind: "files", name: command.words.join(" ") },
        findings: sorted(result.items.map(({ finding }) => finding)),
        skipped,
        stats: { bytes: result.bytes, files: files.length, layers: 0, ms: Math.round(result.ms) },
      });
    case "sarif":
      return sarifReport({
        tool: { name: "buildseal", version },
        findings: rooted(result),
        skipped,
        rules: helpOf,
      });
    case "junit":
      return junitReport(sorted(result.items.map(({ finding }) => finding)), skipped, files, result.ms / 1000);
    case "github":
      return githubReport(rooted(result));
    case "gitlab":
      return gitlabReport(rooted(result), "Dockerfile");
  }
}

/** As GitHub, GitLab and SARIF know the files: from the repository's root on, wherever lint was started. */
function rooted({ items }: LintResult): Finding[] {
  return sorted(items.map(({ finding, identity }) => ({ ...finding, where: { ...finding.where, file: identity } })));
}

function sorted(findings: readonly Finding[]): Finding[] {
  return findings.toSorted(compareFindings);
}

function fixWord(item: LintFinding | undefined): string | undefined {
  if (item?.fix === undefined) return undefined;
  return item.fix.safe ? "--fix" : "--fix --unsafe-fixes";
}

export function helpOf(id: string): RuleHelp | undefined {
  const rule = rulesById.get(id);
  if (rule === undefined) return undefined;
  const { severity, title } = rule;
  return { id, severity, title, help: ruleHelp(rule) };
}
