import { describe, expect, test } from "vitest";
import type { Finding, ImagePlace, Skipped } from "../../../src/finding/finding.ts";
import { colourPaint } from "../../../src/report/colour.ts";
import { sourceLines } from "../../../src/report/excerpt.ts";
import { githubReport } from "../../../src/report/github.ts";
import { gitlabReport } from "../../../src/report/gitlab.ts";
import { junitReport } from "../../../src/report/junit.ts";
import type { RuleHelp } from "../../../src/report/rule-help.ts";
import { sarifReport } from "../../../src/report/sarif.ts";
import { type TextReport, textReport } from "../../../src/report/text.ts";

const place = { file: "docker/Docker file", line: 3, column: 5, endLine: 3, endColumn: 9 };
const inFile: Finding = {
  rule: "some-rule",
  severity: "error",
  message: "Something, at 100%: bad",
  remedy: "Mend it.",
  fingerprint: "f1",
  where: place,
};
const layer: ImagePlace = {
  surface: "layer",
  path: "etc/app.conf",
  line: 7,
  layer: { index: 2, createdBy: "RUN make" },
};
const inImage: Finding = { ...inFile, severity: "warning", fingerprint: "f2", where: layer };
const skipped: Skipped[] = [{ what: "gone", why: "there is no such file" }];
const help: RuleHelp = {
  id: "some-rule",
  severity: "error",
  title: "A title",
  help: "`help`\n\n```dockerfile\nRUN x\n```",
};
const rules = (id: string) => (id === help.id ? help : undefined);
/** What could end a command, a tag or a line, or control a terminal. */
const hostile = '\x1b[31m\r\n::error::x "<&>\u2028\ud800\u202e##[group]a,b%';
const nasty: Finding = { ...inFile, message: hostile, remedy: hostile, where: { ...place, file: `a/${hostile}` } };

describe("for GitHub", () => {
  test("a finding is an annotation of its lines, with its columns where the line is one", () => {
    expect(githubReport([inFile])).toBe(
      "::error file=docker/Docker file,line=3,endLine=3,col=5,endColumn=8,title=buildseal some-rule::Something, at 100%25: bad. Mend it.\n",
    );
    const long = githubReport([{ ...inFile, severity: "info", where: { ...place, endLine: 4 } }]);
    expect(long).toMatch(/^::notice file=docker\/Docker file,line=3,endLine=4,title=/);
  });

  test("what is in an image has its place in the text", () => {
    expect(githubReport([inImage])).toContain("::warning title=buildseal some-rule::etc/app.conf:7: Something");
  });

  test("no text of a file makes a second command or a property", () => {
    const lines = githubReport([nasty]).trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/##\[/);
    const properties = /^::error (.*?)::/.exec(lines[0]!)![1]!;
    expect(properties.split(",").map((pair) => pair.split("=")[0])).toEqual([
      "file",
      "line",
      "endLine",
      "col",
      "endColumn",
      "title",
    ]);
    expect(properties).not.toContain(":");
  });
});

describe("for GitLab", () => {
  test("a finding is a Code Quality issue", () => {
    expect(JSON.parse(gitlabReport([inFile, inImage], "app:1"))).toEqual([
      {
        description: "Something, at 100%: bad. Mend it.",
        check_name: "some-rule",
        fingerprint: "f1",
        severity: "critical",
        location: { path: "docker/Docker file", lines: { begin: 3, end: 3 } },
      },
      {
        description: "etc/app.conf:7: Something, at 100%: bad. Mend it.",
        check_name: "some-rule",
        fingerprint: "f2",
        severity: "major",
        location: { path: "etc/app.conf", lines: { begin: 7 } },
      },
    ]);
    expect(gitlabReport([], "x")).toBe("[]\n");
  });

  test("no fingerprint is there twice", () => {
    const issues = JSON.parse(gitlabReport([inFile, inFile, inFile], "x")) as { fingerprint: string }[];
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });
});

describe("as JUnit", () => {
  test("every file is a suite, a clean one passes, and what was not read is an error", () => {
    const xml = junitReport([inFile], skipped, ["docker/Docker file", "clean"], 1.5);
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="buildseal" tests="3" failures="1" errors="1" time="1.500">
  <testsuite name="docker/Docker file" tests="1" failures="1" errors="0">
    <testcase name="some-rule at docker/Docker file:3:5" classname="some-rule" file="docker/Docker file" line="3"><failure message="Something, at 100%: bad" type="error">docker/Docker file:3:5: Something, at 100%: bad. Mend it.</failure></testcase>
  </testsuite>
  <testsuite name="clean" tests="1" failures="0" errors="0">
    <testcase name="clean" classname="clean"/>
  </testsuite>
  <testsuite name="gone" tests="1" failures="0" errors="1">
    <testcase name="read" classname="gone"><error message="there is no such file" type="not read"/></testcase>
  </testsuite>
</testsuites>
`);
  });

  test("holds nothing that XML cannot hold, whatever a file has in it", () => {
    const xml = junitReport([nasty], [{ what: hostile, why: hostile }], [hostile], 0);
    expect(xml.replaceAll("\n", "")).not.toMatch(/[\0-\x08\x0b-\x1f\ufffe\uffff]|\p{Cs}/u);
    expect(xml.match(/<\/?testcase/g)).toHaveLength(4);
    expect(xml).not.toMatch(/&(?!(?:amp|lt|gt|quot);)/);
  });
});

describe("as SARIF", () => {
  const log = (findings: readonly Finding[], skip = skipped) =>
    JSON.parse(
      sarifReport({
        tool: { name: "buildseal", version: "1.2.3" },
        findings,
        skipped: skip,
        rules,
        subject: { name: "app:1", platforms: ["linux/amd64"] },
      }),
    );

  test("is a log of version 2.1.0 with one run, columns in UTF-16 units", () => {
    const { version, $schema, runs } = log([inFile]);
    expect([version, $schema, runs.length]).toEqual(["2.1.0", "https://json.schemastore.org/sarif-2.1.0.json", 1]);
    expect(runs[0].columnKind).toBe("utf16CodeUnits");
    expect(runs[0].tool.driver).toMatchObject({ name: "buildseal", version: "1.2.3" });
  });

  test("a rule has its help and its page, and results know which it is", () => {
    const other = { ...inFile, rule: "another" };
    const [run] = log([inFile, other]).runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(["another", "some-rule"]);
    expect(run.tool.driver.rules[1]).toMatchObject({
      shortDescription: { text: "A title." },
      help: { text: "help\n\nRUN x\n", markdown: help.help },
      helpUri: `urn:buildseal:rule:${help.id}`,
      defaultConfiguration: { level: "error" },
    });
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex].id).toBe(ruleId);
  });

  test("a result has its region, its level and its fingerprint; the file's name is a URI", () => {
    expect(log([inFile]).runs[0].results).toEqual([
      {
        ruleId: "some-rule",
        ruleIndex: 0,
        level: "error",
        message: { text: "Something, at 100%: bad. Mend it." },
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: "docker/Docker%20file", uriBaseId: "%SRCROOT%" },
              region: { startLine: 3, startColumn: 5, endLine: 3, endColumn: 9 },
            },
          },
        ],
        partialFingerprints: { "buildseal/v1": "f1" },
      },
    ]);
    const [location] = log([{ ...inFile, where: { ...place, file: "/abs/Dockerfile" } }]).runs[0].results[0].locations;
    expect(location.physicalLocation.artifactLocation).toEqual({ uri: "file:///abs/Dockerfile" });
  });

  test("a place in an image is a logical location too, and the other places are related ones", () => {
    const [result] = log([{ ...inImage, places: [layer] }]).runs[0].results;
    expect(result.locations[0].logicalLocations[0].fullyQualifiedName).toBe("app:1 layer 2: RUN make etc/app.conf:7");
    expect(result.relatedLocations).toHaveLength(1);
  });

  test("says what was not read, and that the run was not whole", () => {
    expect(log([]).runs[0].invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: "error", message: { text: "gone was not read: there is no such file" } }],
      },
    ]);
    expect(log([], []).runs[0].invocations).toEqual([{ executionSuccessful: true }]);
  });

  test("escapes every name of a file into a URI", () => {
    const { uri } = log([nasty]).runs[0].results[0].locations[0].physicalLocation.artifactLocation;
    expect(uri).toMatch(/^[\w%.~!*'()/-]+$/);
  });
});

describe("for people", () => {
  const report = (over: Partial<TextReport>): string =>
    textReport({
      findings: [inFile],
      skipped: [],
      files: 1,
      known: 0,
      lineOf: () => ({ text: "RUN make all", from: 1 }),
      fixOf: () => undefined,
      rules,
      columns: 80,
      ...over,
    });

  test("the line is shown with carets below, then what to do", () => {
    expect(report({})).toBe(`docker/Docker file
  3:5  error  Something, at 100%: bad  [some-rule]
    3 | RUN make all
      |     ^^^^
    → Mend it.

1 error in 1 file. buildseal explain RULE says why.
`);
  });

  test("findings stand by file and in the order of the lines; the sentence at the end counts them", () => {
    const at = (file: string, line: number, severity: Finding["severity"]): Finding => ({
      ...inFile,
      severity,
      where: { ...place, file, line, endLine: line },
    });
    const text = report({
      findings: [at("b", 2, "info"), at("a", 9, "warning"), at("a", 1, "warning")],
      files: 7,
      known: 4,
      skipped,
      fixOf: (finding) => (finding.severity === "info" ? "--fix" : undefined),
      columns: 160,
    });
    expect(text.match(/^(?:\w+| {2}\d+:5)/gm)).toEqual(["a", "  1:5", "  9:5", "b", "  2:5", "Not", "2"]);
    expect(text).toContain(
      "2 warnings, 1 info in 7 files; 1 not looked at; 4 more in the baseline. --fix mends 1 of them. buildseal explain RULE says why.",
    );
    expect(text).toContain("→ Mend it. (--fix does it)");
    expect(text).toContain("  - gone: there is no such file");
  });

  test("nothing found is said, and so is what was not looked at", () => {
    expect(report({ findings: [], files: 3 })).toBe("Nothing found in 3 files.\n");
    expect(report({ findings: [], files: 0, skipped })).toContain("Nothing found in 0 files; 1 not looked at.");
  });

  test("no line is longer than the terminal, but for what cannot be broken", () => {
    const long = { ...inFile, message: "some words ".repeat(30).trim(), remedy: "more words ".repeat(30).trim() };
    const text = report({
      findings: [long],
      lineOf: () => ({ text: `RUN ${"x ".repeat(300)}`, from: 1 }),
      columns: 60,
    });
    for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });

  test("nothing in a file can control the terminal", () => {
    const text = report({ findings: [nasty], lineOf: () => ({ text: `RUN ${hostile}`, from: 1 }) });
    expect(text.replaceAll("\n", "")).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/);
    expect(text).not.toMatch(/^\s*::/m);
  });

  test("colours are put around words and change no other character", () => {
    const plain = report({}).replace(/\s+$/, "");
    const painted = report({ paint: colourPaint }).replace(/\s+$/, "");
    expect(painted).toContain("\x1b[31merror\x1b[39m");
    expect(painted.replace(/\x1b\[\d+m/g, "")).toBe(plain);
  });
});

describe("the carets", () => {
  const caretsOf = (text: string, column: number, endColumn: number, room = 60, endLine = 1) => {
    const shown = sourceLines({ text, from: 1 }, { file: "f", line: 1, column, endLine, endColumn }, room);
    return [shown.text, shown.caret];
  };

  test("stand under what is meant, wide characters and tabs before it or not", () => {
    expect(caretsOf("RUN make", 5, 9)).toEqual(["RUN make", "    ^^^^"]);
    expect(caretsOf("\tRUN make", 6, 10)).toEqual(["    RUN make", "        ^^^^"]);
    expect(caretsOf("RUN 漢字 x", 8, 9)).toEqual(["RUN 漢字 x", "         ^"]);
    expect(caretsOf("RUN 漢字", 5, 7)).toEqual(["RUN 漢字", "    ^^^^"]);
    expect(caretsOf("RUN make", 9, 9)).toEqual(["RUN make", "        ^"]);
  });

  test("go to the line's end for what goes on below", () => {
    expect(caretsOf("RUN make \\", 5, 3, 60, 2)).toEqual(["RUN make \\", "    ^^^^^^"]);
  });

  test("are still under it where the line is far too long", () => {
    const text = `RUN ${"a".repeat(500)} here ${"b".repeat(500)}`;
    const [shown, caret] = caretsOf(text, 506, 510);
    expect(shown!.length).toBeLessThanOrEqual(60);
    expect(shown!.slice(caret!.indexOf("^"), caret!.lastIndexOf("^") + 1)).toBe("here");
    const [begin, marks] = caretsOf(text, 1, 4);
    expect(begin).toMatch(/^RUN a+…$/);
    expect(marks).toBe("^^^");
  });
});
