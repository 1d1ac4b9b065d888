import type { FilePlace, Finding, ImagePlace, Severity, Skipped } from "../finding/finding.ts";
import { layerText, placeText } from "./place-text.ts";
import { printable } from "./printable.ts";
import type { RuleHelp, RuleHelps } from "./rule-help.ts";

/** What a SARIF log says beside the findings. */
export type SarifRun = {
  readonly tool: { readonly name: string; readonly version: string };
  readonly findings: readonly Finding[];
  readonly skipped: readonly Skipped[];
  readonly rules: RuleHelps;
  /** The image, for places in it. */
  readonly subject?: string;
};

const levels: Readonly<Record<Severity, string>> = { error: "error", warning: "warning", info: "note" };
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
        originalUriBaseIds: { "%SRCROOT%": { description: { text: "The repository's root." } } },
        invocations: [invocation(run.skipped)],
        results: run.findings.map((finding) => resultOf(finding, indexes.get(finding.rule)!, run.subject)),
      },
    ],
  };
  return `${JSON.stringify(log, undefined, 2)}\n`;
}

function ruleOf(id: string, help: RuleHelp | undefined): object {
  if (help === undefined) return { id };
  return {
    id,
    shortDescription: { text: `${help.title}.` },
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
  const { rule, severity, message, remedy, fingerprint, where, places = [] } = finding;
  return {
    ruleId: rule,
    ruleIndex,
    level: levels[severity],
    message: { text: printable(`${message}. ${remedy}`) },
    locations: [locationOf(where, subject)],
    ...(places.length === 0 ? {} : { relatedLocations: places.map((place) => locationOf(place, subject)) }),
    partialFingerprints: { "buildseal/v1": fingerprint },
  };
}

function locationOf(place: FilePlace | ImagePlace, subject: string | undefined): object {
  if ("file" in place) {
    const { file, line, column, endLine, endColumn } = place;
    return {
      physicalLocation: {
        artifactLocation: uriOf(file),
        region: { startLine: line, startColumn: column, endLine, endColumn },
      },
    };
  }
  const layer = layerText(place);
  return {
    // code scanning shows nothing without a file: the image stands for one
    physicalLocation: { artifactLocation: uriOf(place.path ?? subject ?? "image") },
    logicalLocations: [
      {
        name: placeText(place),
        kind: "resource",
        fullyQualifiedName: [subject, place.platform, layer, placeText(place)].filter((part) => part).join(" "),
      },
    ],
  };
}

/** A relative path is a URI reference from the root on; each name is escaped by itself. */
function uriOf(path: string): object {
  const uri = path.split("/").map((name) => encodeURIComponent(name.toWellFormed()));
  if (path.startsWith("/")) return { uri: `file://${uri.join("/")}` };
  return { uri: uri.join("/"), uriBaseId: "%SRCROOT%" };
}
