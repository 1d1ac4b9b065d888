import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/finding/finding.ts";
import type { Verdict } from "../../../src/gate/verdict.ts";
import { columnsOf } from "../../../src/report/printable.ts";
import { printVerdict } from "../../../src/report/verdict.ts";

const nothing: Verdict = {
  leaks: [],
  others: [],
  skipped: [],
  leakedBefore: [],
  unproven: [],
  isComplete: true,
  mayPublish: true,
};
const leak: Finding = {
  rule: "known-value",
  severity: "error",
  message: "The secret token is in a file",
  remedy: "Mend the step.",
  fingerprint: "0",
  secret: { name: "token", encoding: "raw", redacted: "x" },
  where: { surface: "layer", layer: { index: 1, createdBy: "RUN make" }, path: "src/config.log", line: 3 },
};
const other = (severity: "warning" | "info"): Finding => ({ ...leak, rule: "npmrc", severity, fingerprint: severity });

describe("what the gate says", () => {
  test("is nothing where there is nothing to say", () => {
    expect(printVerdict(nothing)).toBe("");
  });

  test("is what leaked, warnings after it, and how much less there is", () => {
    const verdict = { ...nothing, leaks: [leak], others: [other("info"), other("warning"), other("info")] };
    expect(printVerdict(verdict)).toBe(`layer 1: RUN make
  error    token        src/config.log:3
           known-value
  warning  token        src/config.log:3
           npmrc

→ known-value: Mend the step.
→ npmrc: Mend the step.

2 more found that are no error and no warning (--seal-report has them).
`);
  });

  test("is a layer that leaked before, by its step or its id", () => {
    const leakedBefore = [
      { diffId: "sha256:a", createdBy: "RUN /bin/sh -c make\x1b[2J" },
      { diffId: "sha256:b", createdBy: undefined },
    ];
    expect(
      printVerdict({ ...nothing, leakedBefore }),
    ).toBe(`A leak was found in this layer when it was made, and it came from the cache:
  RUN /bin/sh -c make\\x1b[2J
  Mend the step so that it runs again, or build with --no-cache.

A leak was found in this layer when it was made, and it came from the cache:
  sha256:b
  Mend the step so that it runs again, or build with --no-cache.
`);
  });

  test("is what was not read, and what is not proven", () => {
    const skipped = [{ what: "layer 2", why: "it is corrupt" }];
    expect(
      printVerdict({ ...nothing, skipped, unproven: ["build 1: RUN make"] }),
    ).toBe(`Not read, so nobody knows what is in it:
  - layer 2: it is corrupt

From the cache, not proven:
  - build 1: RUN make: it ran with values that this build does not know
`);
  });

  test("fits its columns and can do nothing to a terminal", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.constantFrom("x".repeat(300), "a\r\nb", "\x9b2J"),
    );
    fc.assert(
      fc.property(text, text, fc.integer({ min: 40, max: 120 }), (createdBy, why, columns) => {
        const leakedBefore = [{ diffId: "d", createdBy }];
        const skipped = [{ what: createdBy, why }];
        const shown = printVerdict(
          { ...nothing, others: [other("info")], leakedBefore, skipped, unproven: [why] },
          columns,
        );
        for (const line of shown.split("\n")) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f]/);
        }
      }),
    );
  });
});
