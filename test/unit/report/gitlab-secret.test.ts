import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { gitlabSecretReport } from "../../../src/report/gitlab-secret.ts";
import type { ImageReport } from "../../../src/report/image-report.ts";
import { leak, madeReport, nastyReport } from "./made-report.ts";

const text = { type: "string", minLength: 1 };
const time = { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" };
const maker = {
  type: "object",
  required: ["id", "name", "version", "vendor"],
  properties: { id: text, name: text, version: text, vendor: { type: "object", required: ["name"] } },
};
const detail = {
  type: "object",
  required: ["name", "type"],
  properties: {
    name: text,
    type: { enum: ["text", "list"] },
    value: { type: "string" },
    items: { type: "array", items: { type: "object", required: ["type", "value"] } },
  },
};

/** What GitLab's documentation of the format demands (secret-detection-report-format.json, version 15). */
const schema = {
  type: "object",
  required: ["scan", "version", "vulnerabilities"],
  properties: {
    version: { type: "string", pattern: "^15\\.[0-9]+\\.[0-9]+$" },
    scan: {
      type: "object",
      required: ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
      properties: {
        analyzer: maker,
        scanner: maker,
        start_time: time,
        end_time: time,
        status: { enum: ["success", "failure"] },
        type: { const: "secret_detection" },
        messages: {
          type: "array",
          items: {
            type: "object",
            required: ["level", "value"],
            properties: { level: { enum: ["info", "warn", "fatal"] }, value: text },
          },
        },
      },
    },
    vulnerabilities: {
      type: "array",
      items: {
        type: "object",
        required: ["id", "identifiers", "location"],
        properties: {
          id: text,
          name: { type: "string", maxLength: 255 },
          description: { type: "string", maxLength: 1_048_576 },
          severity: { enum: ["Info", "Unknown", "Low", "Medium", "High", "Critical"] },
          solution: { type: "string", maxLength: 7000 },
          identifiers: {
            type: "array",
            minItems: 1,
            items: {
              type: "object",
              required: ["type", "name", "value"],
              properties: { type: text, name: text, value: text },
            },
          },
          details: { type: "object", additionalProperties: detail },
          location: {
            type: "object",
            required: ["commit"],
            properties: {
              file: { type: "string" },
              start_line: { type: "number" },
              end_line: { type: "number" },
              commit: { type: "object", required: ["sha"], properties: { sha: text } },
            },
          },
        },
      },
    },
  },
};
const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);

function reportOf(report: ImageReport) {
  const document = JSON.parse(gitlabSecretReport(report));
  expect(validate(document) ? [] : validate.errors).toEqual([]);
  return document;
}

describe("a secret detection report for GitLab", () => {
  test("has what its format demands, whatever names an image holds", () => {
    reportOf(madeReport());
    reportOf(nastyReport());
    expect(reportOf(madeReport({ findings: [] })).vulnerabilities).toEqual([]);
  });

  test("has a vulnerability for each secret, and none for what is wrong with the lists", () => {
    const { vulnerabilities, scan } = reportOf(madeReport());
    expect(
      vulnerabilities.map((one: { severity: string; identifiers: { value: string }[] }) => [
        one.severity,
        one.identifiers[0]!.value,
      ]),
    ).toEqual([
      ["Critical", "known-value"],
      ["Medium", "github-token"],
    ]);
    expect(vulnerabilities[1].name).toBe("A token of GitHub's");
    expect(vulnerabilities[0]).toMatchObject({
      id: "01234567-89ab-cdef-0123-456789abcdef",
      location: { file: "srv/app.tgz", start_line: 7 },
      solution: "Build again.",
    });
    expect(vulnerabilities[0].details.places.items).toHaveLength(2);
    expect([scan.status, scan.start_time, scan.end_time]).toEqual([
      "success",
      "2030-01-02T03:04:05",
      "2030-01-02T03:04:06",
    ]);
  });

  test("of a scan that is not complete has failed, and says what was not read", () => {
    const { scan } = reportOf(madeReport({ complete: false, skipped: [{ what: "layer 2", why: "it is no tar" }] }));
    expect(scan.status).toBe("failure");
    expect(scan.messages).toEqual([{ level: "warn", value: "Not read: layer 2: it is no tar" }]);
  });

  test("says how many places it does not list", () => {
    const places = Array.from({ length: 60 }, () => leak.where);
    const [{ details }] = reportOf(madeReport({ findings: [{ ...leak, places }] })).vulnerabilities;
    expect(details.places.items.at(-1)).toEqual({ type: "text", value: "and 10 more" });
  });
});
