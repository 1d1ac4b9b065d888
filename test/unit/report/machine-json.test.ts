import { expect, test } from "vitest";
import { machineJson } from "../../../src/report/machine-json.ts";

test("a document for machines is indented as long as somebody may look at it", () => {
  const document = { findings: [{ rule: "netrc" }] };
  expect(machineJson(document, 1000)).toBe(`${JSON.stringify(document, undefined, 2)}\n`);
  expect(machineJson(document, 1001)).toBe('{"findings":[{"rule":"netrc"}]}\n');
});
