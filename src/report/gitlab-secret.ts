import type { Finding, ImagePlace, Severity } from "../finding/finding.ts";
import type { ImageReport } from "./image-report.ts";
import { machineJson } from "./machine-json.ts";
import { layerText, placeText } from "./place-text.ts";
import { printable } from "./printable.ts";

const severities: Readonly<Record<Severity, string>> = { error: "High", warning: "Medium", info: "Info" };
/** GitLab shows a list of details; json has all places. */
const mostPlaces = 50;
const longestName = 255;
const longestSolution = 7000;

/**
 * Findings as a secret detection report (GitLab's schema secret-detection-report-format.json, version 15): an artifact of the
 * job under `reports: secret_detection`. A place in an image is in no commit, for which GitLab's own analyzers write zeros.
 * What is wrong with the lists is no secret and is left out.
 */
export function gitlabSecretReport(report: ImageReport): string {
  const { tool, image, complete, findings, skipped, began, ended, rules } = report;
  const maker = { id: tool.name, name: tool.name, version: tool.version, vendor: { name: tool.name } };
  const messages = skipped.map(({ what, why }) => ({ level: "warn", value: printable(`Not read: ${what}: ${why}`) }));
  const secrets = findings.filter(({ where }) => !("file" in where));
  const document = {
    version: "15.0.7",
    scan: {
      analyzer: maker,
      scanner: maker,
      type: "secret_detection",
      start_time: timeText(began),
      end_time: timeText(ended),
      status: complete ? "success" : "failure",
      ...(messages.length === 0 ? {} : { messages }),
    },
    vulnerabilities: secrets.map((finding) => vulnerability(finding, image, rules(finding.rule)?.title)),
  };
  return machineJson(document, findings.length);
}

function vulnerability(finding: Finding, image: string, title: string | undefined): object {
  const { rule, severity, message, remedy, fingerprint, secret, places = [], unlisted = 0 } = finding;
  const where = finding.where as ImagePlace;
  const line = where.line ?? 1;
  const layer = layerText(where);
  const shown = places.slice(0, mostPlaces).map(placeText);
  const left = places.length - shown.length + unlisted;
  const more = left > 0 ? [`and ${left} more`] : [];
  return {
    id: uuidOf(fingerprint),
    name: printable(title ?? rule).slice(0, longestName),
    description: [`${printable(message)}: ${placeText(where)}`, ...(layer === undefined ? [] : [layer])].join("\n\n"),
    severity: rule === "known-value" ? "Critical" : severities[severity],
    solution: printable(remedy).slice(0, longestSolution),
    identifiers: [{ type: "buildseal_rule", name: `buildseal rule ${rule}`, value: rule }],
    location: {
      file: printable(where.path ?? image),
      start_line: line,
      end_line: line,
      commit: { sha: "0000000" },
    },
    details: {
      image: text("Image", printable(image)),
      ...(where.platform === undefined ? {} : { platform: text("Platform", printable(where.platform)) }),
      ...(layer === undefined ? {} : { layer: text("Layer", layer) }),
      ...(secret === undefined ? {} : { value: text("Value", printable(secret.redacted)) }),
      ...(shown.length === 0
        ? {}
        : {
            places: {
              name: "Also at",
              type: "list",
              items: [...shown, ...more].map((value) => ({ type: "text", value })),
            },
          }),
    },
  };
}

function text(name: string, value: string): object {
  return { name, type: "text", value };
}

/** A fingerprint has as many digits as a UUID: the same finding has the same one in every run. */
function uuidOf(fingerprint: string): string {
  return fingerprint.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** ISO 8601 in UTC without a zone, as the schema has it. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19);
}
