import type { Finding, Severity, Skipped } from "../finding/finding.ts";
import { plural } from "./amount.ts";
import { machineJson } from "./machine-json.ts";
import { printable } from "./printable.ts";
import type { RuleHelp, RuleHelps } from "./rule-help.ts";
import { imageRoot, sarifLocation, sourceRoot } from "./sarif-location.ts";

/** What a SARIF log says beside the findings. */
export type SarifRun = {
  readonly tool: { readonly name: string; readonly version: string };
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly rules: RuleHelps;
  /** The image, for places in it. */
  readonly subject?: {
    readonly name: string;
    readonly digest?: string | undefined;
    readonly platforms: readonly string[];
  };
};

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };
/** Code scanning shows a hundred places of a result and drops what has over a thousand. */
const mostPlaces = 100;
/** GitHub sorts security alerts by this number (docs: "SARIF support for code scanning"). */
const securitySeverities: Readonly<Record<Severity, string>> = { error: "8.0", warning: "5.0", info: "2.0" };

/**
 * Findings as a SARIF 2.1.0 log. Files are named from the repository's root on (`%SRCROOT%`), columns are UTF-16 units,
 * and a place in an image is a logical location. What was not read makes `executionSuccessful` false.
 */
export function sarifReport(run: SarifRun): string {
  const ids = [...new Set(run.findings.map(({ rule }) => rule))].sort();
  const indexes = new Map(ids.map((id, index) => [id, index]));
  const log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: run.tool.name,
            version: run.tool.version,
            rules: ids.map((id) => ruleOf(id, run.rules(id))),
          },
        },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: {
          [sourceRoot]: { description: { text: "The repository's root." } },
          ...(run.subject === undefined
            ? {}
            : { [imageRoot]: { description: { text: `The root of the image ${printable(run.subject.name)}.` } } }),
        },
        invocations: [invocation(run.skipped)],
        results: run.findings.map((finding) => resultOf(finding, indexes.get(finding.rule)!, run.subject?.name)),
        ...(run.subject === undefined ? {} : { properties: { image: run.subject } }),
      },
    ],
  };
  return machineJson(log, run.findings.length);
}

/** Code scanning demands a full description, and takes so much of it (docs: "SARIF support for code scanning"). */
const longestDescription = 1024;

function ruleOf(id: string, help: RuleHelp | undefined): object {
  if (help === undefined) return { id };
  return {
    id,
    shortDescription: { text: `${help.title}.` },
    fullDescription: { text: plain(help.help.split("\n\n", 1)[0]!).slice(0, longestDescription) },
    help: { text: plain(help.help), markdown: help.help },
    // a name, for there is no page on the web that is surely this version's; the help is whole
    helpUri: `urn:buildseal:rule:${id}`,
    defaultConfiguration: { level: levels[help.severity] },
    properties: { tags: ["security"], precision: "high", "security-severity": securitySeverities[help.severity] },
  };
}

function plain(markdown: string): string {
  return markdown.replace(/^```.*\n/gm, "").replace(/[`*]/g, "");
}

function invocation(skipped: readonly Skipped[]): object {
  return {
    executionSuccessful: skipped.length === 0,
    ...(skipped.length === 0
      ? {}
      : {
          toolExecutionNotifications: skipped.map(({ what, why }) => ({
            level: "error",
            message: { text: printable(`${what} was not read: ${why}`) },
          })),
        }),
  };
}

function resultOf(finding: Finding, ruleIndex: number, subject: string | undefined): object {
  const { rule, severity, message, remedy, fingerprint, secret, where, places = [], unlisted = 0 } = finding;
  const left = Math.max(0, places.length - mostPlaces) + unlisted;
  const more = left > 0 ? `, and in ${plural(left, "more place")}, not listed here` : "";
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: printable(`${message}${more}. ${remedy}`) },
    locations: [sarifLocation(where, subject)],
    ...(places.length === 0
      ? {}
      : { relatedLocations: places.slice(0, mostPlaces).map((place) => sarifLocation(place, subject)) }),
    partialFingerprints: { "buildseal/v1": fingerprint },
    ...(secret === undefined ? {} : { properties: { secret } }),
  };
}
