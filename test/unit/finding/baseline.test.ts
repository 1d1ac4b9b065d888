import { describe, expect, test } from "vitest";
import { applyBaseline, parseBaseline, printBaseline } from "../../../src/finding/baseline.ts";
import type { Finding } from "../../../src/finding/finding.ts";

const finding = (rule: string, fingerprint: string): { finding: Finding } => ({
  finding: {
    rule,
    severity: "error",
    message: "m",
    remedy: "r",
    fingerprint,
    where: { file: "f", line: 1, column: 1, endLine: 1, endColumn: 2 },
  },
});
const entry = (rule: string, fingerprint: string, where = "f") => ({ rule, fingerprint, where });

describe("a baseline", () => {
  test("is the same text for the same findings, in whatever order they come, one a line", () => {
    const entries = [entry("b", "2"), entry("a", "1"), entry("a", "3", "e"), entry("b", "2")];
    const text = printBaseline(entries);
    expect(text).toBe(printBaseline(entries.toReversed()));
    expect(text.split("\n").filter((line) => line.includes("fingerprint"))).toHaveLength(3);
    expect(parseBaseline("x", text)).toEqual([entry("a", "3", "e"), entry("a", "1"), entry("b", "2")]);
    expect(parseBaseline("x", printBaseline([]))).toEqual([]);
  });

  test("tells what is new from what it knows, and what it knows in vain", () => {
    const applied = applyBaseline(
      [finding("a", "1"), finding("a", "2"), finding("b", "1")],
      [entry("a", "1"), entry("a", "9")],
    );
    expect(applied.fresh.map(({ finding }) => finding.rule + finding.fingerprint)).toEqual(["a2", "b1"]);
    expect(applied.known).toHaveLength(1);
    expect(applied.unused).toEqual([entry("a", "9")]);
  });

  test("can never allow a known value", () => {
    expect(printBaseline([entry("known-value", "1")])).not.toContain("known-value");
    expect(applyBaseline([finding("known-value", "1")], [entry("known-value", "1")]).fresh).toHaveLength(1);
    const text = JSON.stringify({ version: 1, findings: [entry("known-value", "1")] });
    expect(() => parseBaseline("x", text)).toThrow("known-value");
  });

  test.each([
    "",
    "[]",
    "null",
    '{"version":2,"findings":[]}',
    '{"version":1}',
    '{"version":1,"findings":[null]}',
    '{"version":1,"findings":[{"rule":"a"}]}',
  ])("that is none is refused with its name: %j", (text) => {
    expect(() => parseBaseline("x.json", text)).toThrow("x.json");
  });
});
