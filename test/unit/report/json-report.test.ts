import { expect, test } from "vitest";
import { jsonReport } from "../../../src/report/json-report.ts";

test("the json report has its version, and the fields scripts rely on in their order", () => {
  const report = jsonReport({
    tool: { name: "buildseal", version: "1.2.3" },
    complete: false,
    subject: { kind: "image", name: "app:1", digest: "sha256:1", platforms: ["linux/amd64"] },
    findings: [],
    skipped: [{ what: "layer 1", why: "it is not a tar" }],
    stats: { bytes: 1, files: 2, layers: 3, ms: 4 },
  });
  expect(report.endsWith("}\n")).toBe(true);
  expect(JSON.parse(report)).toEqual({
    version: 1,
    tool: { name: "buildseal", version: "1.2.3" },
    complete: false,
    subject: { kind: "image", name: "app:1", digest: "sha256:1", platforms: ["linux/amd64"] },
    findings: [],
    skipped: [{ what: "layer 1", why: "it is not a tar" }],
    stats: { bytes: 1, files: 2, layers: 3, ms: 4 },
  });
  expect(Object.keys(JSON.parse(report))).toEqual([
    "version",
    "tool",
    "complete",
    "subject",
    "findings",
    "skipped",
    "stats",
  ]);
});
