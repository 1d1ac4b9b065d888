import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/finding/finding.ts";
import { lintRules } from "../../../src/lint/every-rule.ts";
import { fixFile } from "../../../src/lint/fix-file.ts";
import { frameRules } from "../../../src/lint/frame-rule.ts";
import { rulePage } from "../../../src/lint/page.ts";
import type { LintRule } from "../../../src/lint/rule.ts";
import { githubReport } from "../../../src/report/github.ts";
import { gitlabReport } from "../../../src/report/gitlab.ts";
import { jsonReport } from "../../../src/report/json-report.ts";
import { junitReport } from "../../../src/report/junit.ts";
import { sarifReport } from "../../../src/report/sarif.ts";
import { textReport } from "../../../src/report/text.ts";
import { asCiFile, asDockerfile, differences, fixtureFolder, readFixtures } from "./fixture.ts";
import { withMadeSecrets } from "./made-secret.ts";

const root = resolve(import.meta.dirname, "../../..");
const everyRule = [...lintRules, ...frameRules];
const fixtures = readFixtures();
const named = fixtures.map((fixture) => [fixture.name, fixture] as const);
const ofRule = (findings: readonly { readonly finding: Finding }[], rule: string) =>
  findings.map(({ finding }) => finding).filter((finding) => finding.rule === rule);

describe("every rule", () => {
  test("has one name, in the list's order", () => {
    const ids = lintRules.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)].sort());
    for (const { id } of frameRules) expect(ids).not.toContain(id);
  });

  test("is a file of its name, and there is no other", () => {
    const files = readdirSync(join(root, "src/lint/rule")).sort();
    expect(files).toEqual(lintRules.map(({ id }) => `${id}.ts`));
  });

  test("has the page that its own words make (npm run docs), and there is no other", () => {
    const pages = readdirSync(join(root, "docs/rule")).sort();
    expect(pages).toEqual(everyRule.map(({ id }) => `${id}.md`).sort());
    for (const rule of everyRule)
      expect(readFileSync(join(root, "docs/rule", `${rule.id}.md`), "utf8")).toBe(rulePage(rule));
  });

  test("has a folder of fixtures with bad and good ones, and there is no other", () => {
    const known = new Set(everyRule.map(({ id }) => id));
    const folders = readdirSync(fixtureFolder).sort();
    // files that every rule is silent on: good-files.test.ts
    expect(folders.filter((folder) => folder !== "good" && !known.has(folder))).toEqual([]);
    for (const { id } of lintRules) {
      const kinds = new Set(fixtures.filter(({ rule }) => rule === id).map(({ kind }) => kind));
      expect([id, ...kinds]).toEqual([id, "bad", "good"]);
    }
  });

  test("speaks in whole sentences that are short", () => {
    for (const { id, title, docs } of everyRule) {
      expect(title, id).toMatch(/^\S.{9,90}[^.\s]$/);
      for (const text of [docs.what, docs.why]) expect(text, id).toMatch(/^\S[\s\S]{30,}[.!?]$/);
    }
  });

  const exemplary = lintRules.map((rule) => [rule.id, rule] as const);
  test.each(exemplary)("%s: its example is reported by it", (id, rule) => {
    const { findings, broken } = linted(rule, rule.docs.example, "example");
    expect(broken).toEqual([]);
    expect(ofRule(findings, id)).not.toEqual([]);
  });

  test.each(exemplary)("%s: every rule is silent on what it says to use instead", (_, rule) => {
    const { findings } = linted(rule, rule.docs.instead, "instead");
    expect(findings.map(({ finding }) => `${finding.rule}: ${finding.message}`)).toEqual([]);
  });
});

/** The text of a rule's page as a file beside its fixtures, with a made value where it says "(the key itself)". */
function linted({ id, subject }: LintRule, text: string, name: string) {
  const folder = join(fixtureFolder, id);
  const made = withMadeSecrets(
    text.replace(/\((?:the )?(key|token|password)(?: itself)?\)/, (_, what) =>
      what === "token" ? "@@SECRET:github@@" : "@@SECRET:hex-40@@",
    ),
  ).text;
  if (subject === "dockerfile") return asDockerfile(join(folder, `${name}.Dockerfile`)).lint(made);
  if (/^(?:target|variable) /m.test(made)) return asCiFile(join(folder, "docker-bake.hcl")).lint(made);
  return asCiFile(join(folder, `${name}.yml`)).lint(asWorkflow(made));
}

/** Steps, or what a job has, as a whole workflow. */
function asWorkflow(text: string): string {
  const indented = (lines: string, by: number) => lines.replace(/^(?=.)/gm, " ".repeat(by));
  if (/^(?:on|jobs):/m.test(text)) return text;
  const job = text.startsWith("- ") ? `steps:\n${indented(text, 2)}` : text;
  return /^(?:steps|uses):/m.test(job)
    ? `on: push\njobs:\n  image:\n    runs-on: ubuntu-latest\n${indented(job, 4)}\n`
    : text;
}

describe("a fixture", () => {
  test("is named by the folder of a rule that there is", () => {
    expect(existsSync(fixtureFolder)).toBe(true);
    const ids = new Set(everyRule.map(({ id }) => id));
    for (const { name, rule, expected } of fixtures) {
      expect(ids, name).toContain(rule);
      for (const one of expected) expect(ids, name).toContain(one.rule);
    }
  });

  test.each(named)("%s: is reported by its rule where it says so, and nowhere else", (_, fixture) => {
    const own = ofRule(fixture.lint(fixture.text).findings, fixture.rule);
    expect(
      differences(
        own,
        fixture.expected.filter(({ rule }) => rule === fixture.rule),
      ),
    ).toEqual([]);
    expect(own.length > 0).toBe(fixture.kind === "bad");
  });

  const good = named.filter(([, { kind }]) => kind === "good");
  test.each(good)("%s: is good by all other rules too", (_, fixture) => {
    const findings = fixture.lint(fixture.text).findings.map(({ finding }) => finding);
    expect(differences(findings, fixture.expected)).toEqual([]);
  });

  test.each(named)("%s: no rule breaks off", (_, fixture) => {
    expect(fixture.lint(fixture.text).broken).toEqual([]);
  });

  const fixable = new Map(everyRule.map(({ id, fix }) => [id, fix]));
  const bad = named.filter(([, { kind, rule }]) => kind === "bad" && fixable.get(rule) !== "none");
  test.each(bad)(
    "%s: its fixes come to an end, change nothing else, and leave nothing that they could mend",
    (_, fixture) => {
      for (const unsafe of [false, true]) {
        const fixed = fixFile(fixture.text, fixture.lint(fixture.text), fixture, unsafe);
        expect(fixed.failure).toBeUndefined();
        const left = fixed.linted.findings.filter(({ fix }) => fix !== undefined && (fix.safe || unsafe));
        expect(left.map(({ finding }) => finding.message)).toEqual([]);
        const again = fixFile(fixed.text, fixture.lint(fixed.text), fixture, unsafe);
        expect(again.text).toBe(fixed.text);
      }
    },
  );

  test("of a rule that mends shows a fix of that kind", () => {
    for (const { id, fix } of lintRules) {
      const offered = fixtures
        .filter(({ rule, kind }) => rule === id && kind === "bad")
        .flatMap((fixture) => fixture.lint(fixture.text).findings)
        .filter(({ finding }) => finding.rule === id)
        .flatMap((one) => (one.fix === undefined ? [] : [one.fix.safe ? "safe" : "unsafe"]));
      if (fix === "none") expect([id, ...offered]).toEqual([id]);
      else expect(offered, id).toContain(fix);
      if (fix === "unsafe") expect(offered, id).not.toContain("safe");
    }
  });

  const secret = named.filter(([, { secrets }]) => secrets.length > 0);
  test.each(secret)("%s: its secrets are in no report", (_, fixture) => {
    const items = new Map(fixture.lint(fixture.text).findings.map((item) => [item.finding, item]));
    const findings = [...items.keys()];
    const rules = () => undefined;
    const shown = [
      textReport({
        findings,
        skipped: [],
        files: 1,
        known: 0,
        lineOf: (finding) => items.get(finding)?.excerpt,
        fixOf: () => undefined,
        rules,
        columns: 100_000,
      }),
      jsonReport({
        tool: { name: "t", version: "0" },
        complete: true,
        subject: { kind: "files", name: "x" },
        findings,
        skipped: [],
        stats: { bytes: 0, files: 1, layers: 0, ms: 0 },
      }),
      sarifReport({ tool: { name: "t", version: "0" }, findings, skipped: [], rules }),
      junitReport(findings, [], ["x"], 0),
      githubReport(findings),
      gitlabReport(findings, "x"),
    ].join("\n");
    for (const value of fixture.secrets) {
      for (const line of value.split("\\n").filter(({ length }) => length > 8)) {
        // at most the first four and the last two characters may be shown
        expect(shown).not.toContain(line.slice(4, -2));
      }
    }
  });
});
