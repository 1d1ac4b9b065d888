import { describe, expect, test } from "vitest";
import { githubReport, githubSkipped } from "../../../src/report/github.ts";
import { junitReport } from "../../../src/report/junit.ts";
import { xmlProblem } from "../../e2e/xml.ts";
import { hostile, leak, madeReport, nasty, pattern, unused } from "./made-report.ts";

describe("JUnit of an image", () => {
  const junit = (findings = madeReport().findings, skipped = madeReport().skipped) =>
    junitReport(findings, skipped, ["app:1"], 0.24);

  test("is XML, whatever names an image holds", () => {
    expect(xmlProblem(junit())).toBeUndefined();
    expect(xmlProblem(junit([nasty], [{ what: hostile, why: hostile }]))).toBeUndefined();
    expect(xmlProblem(junit([]))).toBeUndefined();
    expect(xmlProblem("<a><b></a>")).toBe("</a> closes another");
  });

  test("has a case for each finding with its layer, and an error for what was not read", () => {
    const xml = junit([leak, pattern], [{ what: "layer 2", why: "it is no tar" }]);
    expect(xml).toContain('<testsuites name="buildseal" tests="3" failures="2" errors="1" time="0.240">');
    expect(xml).toContain(
      "srv/app.tgz → etc/app.conf:7, layer 3 (replaced or deleted in layer 5, still in the image): RUN make:",
    );
    expect(xml).toContain('<testsuite name="app:1" tests="2" failures="2" errors="0">');
  });

  test("gives no two cases one name: of these GitLab would show one", () => {
    const xml = junit([leak, { ...leak, fingerprint: "2" }, pattern]);
    const names = [...xml.matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name);
    const place = "known-value at srv/app.tgz → etc/app.conf:7";
    expect(names).toEqual([place, `${place} (2)`, "github-token at history[2].created_by"]);
  });

  test("of a clean image is a case that passed", () => {
    expect(junit([])).toContain('<testcase name="clean" classname="app:1"/>');
  });
});

describe("annotations of an image for GitHub", () => {
  test("name the layer and how many places there are", () => {
    expect(githubReport([leak])).toBe(
      "::error title=buildseal known-value::srv/app.tgz → etc/app.conf:7: The secret npm-token is in a file, layer 3 (replaced or deleted in layer 5, still in the image): RUN make, and in 2 more places. Build again.\n",
    );
    expect(githubReport([{ ...leak, unlisted: 1200 }])).toContain(", and in 1,202 more places. ");
    expect(githubReport([unused])).toContain("::notice file=ignore.yaml,line=3");
  });

  test("begin with what was not read, in one", () => {
    const skipped = [
      { what: "layer 2", why: hostile },
      { what: "layer 3", why: "x" },
    ];
    const text = githubSkipped(skipped);
    expect(text).toMatch(/^::error title=buildseal not read::The scan is not complete\. Not read: layer 2: /);
    expect(text.trimEnd().split("\n")).toHaveLength(1);
    expect(text).toContain("(and 1 more)");
    expect(githubSkipped([])).toBe("");
  });
});
