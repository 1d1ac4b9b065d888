import { describe, expect, test } from "vitest";
import { colourPaint } from "../../../src/report/colour.ts";
import { imageText } from "../../../src/report/image-text.ts";
import { columnsOf } from "../../../src/report/printable.ts";
import { leak, madeReport, nastyReport, pattern, unused } from "./made-report.ts";

const options = { columns: 80, least: "warning" } as const;

describe("the report of a scan for people", () => {
  test("ends with what was found, and where one reads on", () => {
    expect(imageText(madeReport({ findings: [pattern], leftOut: [] }), options)).toBe(
      [
        "The image's config and history",
        "  warning  github-token             history[2].created_by",
        "           ghp_…xy (40 characters)",
        "",
        "→ github-token: Revoke it.",
        "",
        "1 warning in app:1 (5 layers of 2 platforms, 8,214 files, 552 MB in 0.2 s).",
        "buildseal explain RULE says what a rule means.",
        "",
      ].join("\n"),
    );
  });

  test("leaves a number with its unit", () => {
    for (let columns = 20; columns <= 100; columns++) {
      const text = imageText(madeReport({ findings: [pattern], leftOut: [] }), { ...options, columns });
      expect(text).toMatch(/552 MB\s+in\s+0\.2 s\)\./);
    }
  });

  test("names what the image says it was built on, where there is something to say of it", () => {
    const bases = ["debian:13", `sha256:${"4".repeat(64)}`];
    const text = imageText(madeReport({ bases }), options);
    expect(text).toContain("It says that it was built on debian:13,");
    expect(imageText(madeReport({ bases, findings: [] }), options)).not.toContain("debian");
  });

  test("says that nothing was found, in how much", () => {
    const report = madeReport({ findings: [], leftOut: [], platforms: ["linux/amd64"] });
    expect(imageText(report, options)).toBe("Nothing found in app:1 (5 layers, 8,214 files, 552 MB in 0.2 s).\n");
  });

  test("says loudly that it is not complete, and never that it is clean", () => {
    const report = madeReport({ findings: [], complete: false, skipped: [{ what: "layer 2", why: "it is no tar" }] });
    const text = imageText(report, { ...options, paint: colourPaint });
    expect(text).toContain("\x1b[31mNOT READ, so nobody knows what is in it:\x1b[39m");
    expect(text).toContain("  - layer 2: it is no tar");
    expect(text).toContain("The scan is NOT COMPLETE");
    expect(text).not.toContain("\x1b[32m");
  });

  test("counts what is only info, unless it is asked for", () => {
    const info = { ...pattern, severity: "info" } as const;
    const report = madeReport({ findings: [leak, info] });
    expect(imageText(report, options)).toContain("1 finding of severity info not shown: --format json has all.");
    expect(imageText(report, options)).not.toContain("github-token");
    expect(imageText(report, { ...options, least: "info" })).toContain("github-token");
  });

  test("tells what is wrong with the lists, which is not counted as found", () => {
    const text = imageText(madeReport({ findings: [unused] }), options);
    expect(text).toContain("The lists\n");
    expect(text).toContain("ignore.yaml:3:3");
    expect(text).toContain("Nothing else found in app:1");
  });

  test("names what was left out, with how much it is", () => {
    expect(imageText(madeReport(), options)).toContain(
      "Left out:\n  - usr/share/doc (12): rules do not report there\n",
    );
  });

  test("lists twenty of a thousand parts that were not read, and counts the others", () => {
    const skipped = Array.from({ length: 1000 }, (_, index) => ({ what: `layer ${index}`, why: "it is no tar" }));
    const text = imageText(madeReport({ findings: [], complete: false, skipped }), options);
    expect(text).toContain("layer 19:");
    expect(text).not.toContain("layer 20:");
    expect(text).toContain("980 more: --format json lists them");
  });

  test("fits every width and can do nothing to a terminal", () => {
    for (const columns of [40, 63, 64, 80, 120]) {
      for (const report of [madeReport(), nastyReport()]) {
        for (const line of imageText(report, { columns, least: "info" }).split("\n")) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202a-\u202e]|^\s*::|##\w*\[/);
        }
      }
    }
  });

  test("is the same text with and without colours", () => {
    const painted = imageText(madeReport(), { ...options, paint: colourPaint });
    expect(painted.replace(/\x1b\[\d+m/g, "").replace(/ +$/gm, "")).toBe(
      imageText(madeReport(), options).replace(/ +$/gm, ""),
    );
  });
});
