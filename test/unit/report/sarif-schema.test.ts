import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import type { ImageReport } from "../../../src/report/image-report.ts";
import { sarifReport } from "../../../src/report/sarif.ts";
import { leak, madeReport, nastyReport } from "./made-report.ts";

const root = resolve(import.meta.dirname, "../../..");
const schema = JSON.parse(readFileSync(join(root, "fixtures/report/sarif-schema-2.1.0.json"), "utf8"));

/** RFC 3986, as far as a report has URIs: no blank, no bracket, every % an escape. */
const reference = /^(?:[\w.~:/?#@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*$/;
const ajv = new Ajv({
  strict: false,
  allErrors: true,
  // the schema has a pattern that is none under the flag u
  unicodeRegExp: false,
  formats: {
    uri: (text: string) => /^[a-z][a-z0-9+.-]*:/.test(text) && reference.test(text),
    "uri-reference": reference,
    "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/,
  },
});
const validate = ajv.compile(schema);

function problems(text: string): unknown {
  return validate(JSON.parse(text)) ? [] : validate.errors;
}

function sarifOf({ image: name, digest, platforms, ...report }: ImageReport): string {
  return sarifReport({ ...report, subject: { name, digest, platforms } });
}

describe("a SARIF log", () => {
  test("is valid by the schema of OASIS, whatever names an image holds", () => {
    expect(problems(sarifOf(madeReport()))).toEqual([]);
    expect(problems(sarifOf(madeReport({ findings: [], leftOut: [] })))).toEqual([]);
    expect(problems(sarifOf(nastyReport()))).toEqual([]);
  });

  test("describes its rules as code scanning demands it", () => {
    const help = `${"What it is. ".repeat(200)}\n\nWhy it is bad.`;
    const report = madeReport({ rules: (id) => ({ id, severity: "error", title: "A title", help }) });
    for (const rule of JSON.parse(sarifOf(report)).runs[0].tool.driver.rules) {
      expect(rule.fullDescription.text).toMatch(/^What it is\. /);
      expect(rule.fullDescription.text).toHaveLength(1024);
    }
  });

  test("of lint is valid, too", () => {
    const where = { file: "docker/Docker file", line: 3, column: 5, endLine: 4, endColumn: 9 };
    const finding = { ...leak, rule: "github-token", where, places: [{ ...where, file: "/abs/x" }] };
    const { tool, rules } = madeReport();
    const skipped = [{ what: "gone", why: "there is no such file" }];
    expect(problems(sarifReport({ tool, rules, findings: [finding], skipped }))).toEqual([]);
    expect(problems(sarifReport({ tool, rules, findings: [], skipped: [] }))).toEqual([]);
  });

  test("that is none is told from one by this test", () => {
    const log = JSON.parse(sarifOf(madeReport()));
    log.runs[0].results[0].level = "fatal";
    expect(problems(JSON.stringify(log))).not.toEqual([]);
    log.runs[0].results[0].level = "error";
    log.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri = "a b";
    expect(problems(JSON.stringify(log))).not.toEqual([]);
  });

  test("names a file of the image from its root on, with a line, its layer and its platform", () => {
    const [result] = JSON.parse(sarifOf(madeReport())).runs[0].results;
    const [location] = result.locations;
    expect(location.physicalLocation).toEqual({
      artifactLocation: { uri: "srv/app.tgz", uriBaseId: "IMAGE" },
      region: { startLine: 7 },
    });
    expect(location.logicalLocations.map(({ name, kind }: { name: string; kind: string }) => [kind, name])).toEqual([
      ["resource", "srv/app.tgz → etc/app.conf:7"],
      ["module", "layer 3"],
      ["namespace", "linux/amd64"],
    ]);
    expect(location.properties).toMatchObject({ offset: 120, deletedIn: 5, layer: { index: 3 } });
    expect(result.partialFingerprints).toEqual({ "buildseal/v1": leak.fingerprint });
  });

  test("names what is in no file by the image, always with a line, as code scanning wants it", () => {
    const { results } = JSON.parse(sarifOf(madeReport())).runs[0];
    expect(results[1].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: "app%3A1", uriBaseId: "IMAGE" },
      region: { startLine: 1 },
    });
  });

  test("leads out of no folder", () => {
    const text = sarifOf(nastyReport());
    const uris = [...text.matchAll(/"uri": "([^"]*)"/g)].map(([, uri]) => uri!);
    expect(uris.length).toBeGreaterThan(2);
    for (const uri of uris) expect(uri.split("/")).not.toContain("..");
  });

  test("lists no more places than viewers take, and says how many there are", () => {
    const places = Array.from({ length: 5000 }, (_, line) => ({ ...leak.where, line: line + 1 }));
    const [result] = JSON.parse(sarifOf(madeReport({ findings: [{ ...leak, places }] }))).runs[0].results;
    expect(result.relatedLocations).toHaveLength(100);
    expect(result.message.text).toContain("in 4,900 more places, not listed here");
  });
});
