import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { lintRules } from "../../../../src/lint/every-rule.ts";
import { explainedRules } from "../../../../src/scan/explained-rule.ts";
import { contentRules, placeRules } from "../../../../src/scan/rule/every-rule.ts";
import { scanRulePage } from "../../../../src/scan/rule/rule-page.ts";
import { ruleTexts } from "../../../../src/scan/rule/rule-text.ts";
import { tokenRules } from "../../../../src/scan/rule/token/every-token.ts";
import { fixtureFolder, foundIn, readFixtures } from "./fixture.ts";

const root = resolve(import.meta.dirname, "../../../..");
const rules = [...contentRules, ...placeRules];
const ids = new Set(rules.map(({ id }) => id));
const texts = [...explainedRules.values()];

function filesIn(folder: string): string[] {
  return readdirSync(join(root, "src/scan/rule", folder), { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name.replace(/\.ts$/, ""));
}

describe("every rule", () => {
  test("is a file of its name, and there is no other", () => {
    const tokens = new Set(tokenRules.map(({ id }) => id));
    const lists = new Set(["every-rule", "every-token", "rule-page", "rule-text", "aws-key"]);
    const files = filesIn("").filter((name) => !lists.has(name));
    expect(files.sort()).toEqual([...ids].filter((id) => !tokens.has(id)).sort());
    expect(
      filesIn("token")
        .filter((name) => !lists.has(name))
        .sort(),
    ).toEqual([...tokens].sort());
  });

  test("has a text under its name, which no rule of lint has too", () => {
    expect([...ruleTexts.keys()].filter((id) => id !== "known-value")).toEqual([...ids].sort());
    const lint = new Set(lintRules.map(({ id }) => id));
    expect([...ids].filter((id) => lint.has(id))).toEqual([]);
  });

  test("speaks in whole sentences that are short", () => {
    for (const { id, title, what, why, remedy } of texts) {
      expect(title, id).toMatch(/^\S.{9,70}[^.\s]$/);
      for (const text of [what, why, remedy]) expect(text, id).toMatch(/^\S[\s\S]{20,700}[.!?)]$/);
    }
    // a rule in both lists says the same in both
    for (const { id, title } of rules) expect(ruleTexts.get(id)!.title).toBe(title);
  });

  test("has the page that its own words make (npm run docs), and there is no other", () => {
    const pages = readdirSync(join(root, "docs/scan-rule")).sort();
    expect(pages).toEqual(texts.map(({ id }) => `${id}.md`).sort());
    for (const text of texts)
      expect(readFileSync(join(root, "docs/scan-rule", `${text.id}.md`), "utf8")).toBe(scanRulePage(text));
  });

  test("has literals that can be looked for, each once", () => {
    for (const { id, literals } of contentRules) {
      for (const literal of literals) expect(literal, id).toMatch(/^[\x20-\x7e]{3,60}$/);
      expect(new Set(literals).size, id).toBe(literals.length);
    }
  });

  test("has fixtures in which it finds something, and others in which it does not", () => {
    const folders = readdirSync(fixtureFolder).sort();
    expect(folders).toEqual([...ids].sort());
    for (const id of ids) {
      for (const kind of ["found", "silent"])
        expect(existsSync(join(fixtureFolder, id, kind)), `${id} ${kind}`).toBe(true);
    }
  });
});

// of a thousand random values one looks like words: then others are made (how many are found `bench:rules` prints)
describe("a fixture", { retry: 2 }, () => {
  const fixtures = readFixtures();
  const found = fixtures.filter(({ kind }) => kind === "found").map((fixture) => [fixture.name, fixture] as const);
  const silent = fixtures.filter(({ kind }) => kind === "silent").map((fixture) => [fixture.name, fixture] as const);

  test.each(found)("%s: what is marked is found, as bad as it says, and nothing else", (_, { rule, path, make }) => {
    const { text, expected } = make();
    const own = foundIn(text, path).filter((one) => one.rule === rule);
    const worst = ruleTexts.get(rule)!.severity;
    const marks = expected.map(({ start, end, severity = worst }) => {
      const hits = own.filter((one) => one.start < end && one.end > start);
      return { line: lineOf(text, start), wanted: severity, got: hits.map((hit) => hit.severity) };
    });
    expect(marks.filter(({ wanted, got }) => got.length !== 1 || got[0] !== wanted)).toEqual([]);
    const extra = own.filter((one) => !expected.some(({ start, end }) => one.start < end && one.end > start));
    expect(extra.map(({ start, what }) => `line ${lineOf(text, start)}: ${what}`)).toEqual([]);
    expect(expected.length).toBeGreaterThan(0);
  });

  test.each(found)("%s: what is marked is one finding: no second rule reports it", (_, { rule, path, make }) => {
    const { text, expected } = make();
    const others = foundIn(text, path).filter(
      (one) => one.rule !== rule && expected.some(({ start, end }) => one.start < end && one.end > start),
    );
    expect(others.map(({ rule: id, start }) => `line ${lineOf(text, start)}: ${id}`)).toEqual([]);
  });

  test.each(silent)("%s: its rule is silent, and no other sees an error", (_, { rule, path, make }) => {
    const { text } = make();
    const wrong = foundIn(text, path).filter((one) => one.rule === rule || one.severity === "error");
    expect(wrong.map((one) => `line ${lineOf(text, one.start)}: ${one.rule}`)).toEqual([]);
  });

  test.each(found)("%s: shows at most four first and two last characters of what is found", (_, { path, make }) => {
    const { text } = make();
    for (const { value, redacted, what, key = "" } of foundIn(text, path)) {
      const inner = value.slice(4, -2);
      for (const shown of [redacted, what, key]) expect(inner.length > 4 && shown.includes(inner)).toBe(false);
      expect(redacted).toMatch(/^(?:\d+ characters, not shown|[\x20-\x7e]{4}…[\x20-\x7e]{2} \(\d+ characters\))$/);
    }
  });
});

function lineOf(text: string, at: number): number {
  return text.slice(0, at).split("\n").length;
}
