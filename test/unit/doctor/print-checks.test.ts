import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { countsAs, fine, noted, odd, wrong } from "../../../src/doctor/check.ts";
import { printChecks } from "../../../src/doctor/print-checks.ts";
import { colourPaint, plainPaint } from "../../../src/report/colour.ts";

const headings = { rules: "Rules", bucket: "Buckets", secret: "Secrets" };
const checks = [
  wrong("bucket.read", `the bucket cannot be read: ${"very ".repeat(20)}long`, "Allow it."),
  fine("rules.config", "configuration buildseal.yaml"),
  noted("rules.policy", "no policy"),
  { ...odd("secret.a", "a is weak", "Give it a longer one"), where: { file: "buildseal.yaml", line: 3, column: 5 } },
];

describe("checks on a screen", () => {
  test("stand under their headings in the order of these, with a remedy below each that is not well", () => {
    expect(printChecks(checks, headings, plainPaint, 80)).toBe(`Rules
  ✓ configuration buildseal.yaml
  · no policy
Buckets
  ✗ the bucket cannot be read: very very very very very very very very very very
    very very very very very very very very very very long
    → Allow it
Secrets
  ! buildseal.yaml:3:5: a is weak
    → Give it a longer one
1 error, 1 warning.
`);
  });

  test("fit the columns, colours not counted", () => {
    for (const columns of [40, 80]) {
      const text = printChecks(checks, headings, colourPaint, columns);
      expect(text).toContain("\x1b[31m✗");
      for (const line of stripVTControlCharacters(text).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  test("say so where all is well", () => {
    expect(printChecks([fine("rules.config", "x")], headings, plainPaint, 80)).toContain("Nothing stands in the way.");
  });

  test("cannot control the terminal by what a checkout named", () => {
    const text = printChecks([fine("rules.config", "file \x1b[2J\n::error::x")], headings, plainPaint, 80);
    expect(text).not.toContain("\x1b");
    expect(text.split("\n").some((line) => line.trimStart().startsWith("::"))).toBe(false);
  });
});

test("a warning counts only where it is asked to", () => {
  const warning = odd("a", "b", "c");
  expect(countsAs(warning, "error")).toBe(false);
  expect(countsAs(warning, "warning")).toBe(true);
  expect(countsAs(wrong("a", "b", "c"), "error")).toBe(true);
  expect(countsAs(wrong("a", "b", "c"), "never")).toBe(false);
  expect(countsAs(noted("a", "b"), "warning")).toBe(false);
});
