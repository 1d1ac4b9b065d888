import { readdirSync, readFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { isDockerfileName } from "../../../src/dockerfile/file-name.ts";
import { toText } from "../../../src/dockerfile/index.ts";
import type { Edit } from "../../../src/dockerfile/insertion.ts";
import { readTemplate } from "../../../src/dockerfile/template/read-template.ts";
import type { Finding } from "../../../src/finding/finding.ts";
import { lintRules } from "../../../src/lint/every-rule.ts";
import type { Fixable } from "../../../src/lint/fix-file.ts";
import { frameRules } from "../../../src/lint/frame-rule.ts";
import { type LintedFile, lintCiFile, lintDockerfile, type RuleSet } from "../../../src/lint/lint-file.ts";
import { differenceBeyond } from "../../../src/lint/same-reading.ts";
import { recipes } from "../../../src/recipe/recipes.ts";
import { neighboursOf } from "../../../src/system/neighbours.ts";
import { readCiDocument } from "../../../src/workflow/read.ts";
import { withMadeSecrets } from "./made-secret.ts";

export const fixtureFolder = resolve(import.meta.dirname, "../../../fixtures/lint");

const ids = new Set([...lintRules, ...frameRules].map(({ id }) => id));
export const everyRule: RuleSet = { rules: lintRules, ids, settings: new Map() };

/** One fixture: a file that is linted, with made secrets in it. */
export type Fixture = Fixable & {
  /** From fixtures/lint on. */
  readonly name: string;
  readonly rule: string;
  readonly kind: "bad" | "good";
  readonly text: string;
  readonly secrets: readonly string[];
  /** What `# expect: RULE` says: the rule, and the lines in which it is to be reported. */
  readonly expected: readonly Expected[];
};

export type Expected = { readonly rule: string; readonly from: number; readonly to: number };

export function readFixtures(): Fixture[] {
  return readdirSync(fixtureFolder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?:bad|good)\b/.test(entry.name) && !entry.name.endsWith(".expect"))
    .filter((entry) => !entry.name.endsWith(".dockerignore"))
    .map((entry) => readFixture(join(entry.parentPath, entry.name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readFixture(path: string): Fixture {
  const made = withMadeSecrets(toText(readFileSync(path)));
  const name = relative(fixtureFolder, path);
  const isDockerfile = isDockerfileName(path);
  const file = isDockerfile ? asDockerfile(path) : asCiFile(path);
  return {
    ...file,
    name,
    rule: name.split("/")[0]!,
    kind: basename(path).startsWith("bad") ? "bad" : "good",
    text: made.text,
    secrets: made.values,
    expected: expectedIn(made.text, isDockerfile ? instructionEnds(path, made.text) : undefined),
  };
}

const bytesOf = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

/** A Dockerfile (or a template by its name) as lint sees it. */
export function asDockerfile(path: string): Fixable {
  const read = (text: string) => readTemplate(bytesOf(text), basename(path));
  const surroundings = { neighbours: neighboursOf(path), recipes, declared: new Set<string>() };
  return {
    lint: (text) =>
      lintDockerfile(read(text), { shown: basename(path), identity: basename(path) }, everyRule, surroundings),
    difference: (before: string, after: string, edits: readonly Edit[]) =>
      differenceBeyond(read(before), read(after), edits),
  };
}

/** A CI file, of the kind that its name and text say. */
export function asCiFile(path: string): Fixable {
  const name = relative(fixtureFolder, path);
  const read = (text: string) => readCiDocument(name, bytesOf(text));
  return {
    lint: (text): LintedFile => lintCiFile(read(text), { shown: basename(path), identity: name }, everyRule),
    difference: (before, after) =>
      read(after).problem === read(before).problem ? undefined : "it can be read no more",
  };
}

function instructionEnds(path: string, text: string): Map<number, number> {
  const { instructions } = readTemplate(bytesOf(text), basename(path));
  return new Map(instructions.map(({ line, endLine }) => [line, endLine]));
}

/** An instruction's lines; in a CI file the line below, and what is indented deeper below that. */
function expectedIn(text: string, ends: ReadonlyMap<number, number> | undefined): Expected[] {
  const lines = text.split("\n");
  const indentOf = (line: string) => /^\s*/.exec(line)![0].length;
  const expected: Expected[] = [];
  for (const [index, line] of lines.entries()) {
    const rule = /^\s*(?:#|\/\/)\s*expect:\s*(\S+)\s*$/.exec(line)?.[1];
    if (rule === undefined) continue;
    let at = index + 1;
    while (at < lines.length && /^\s*(?:#|\/\/|$)/.test(lines[at]!)) at++;
    if (at === lines.length) {
      // nothing is below it: the file as a whole is meant
      expected.push({ rule, from: 1, to: lines.length });
      continue;
    }
    let end = at + 1;
    if (ends === undefined) {
      while (end < lines.length && (lines[end]!.trim() === "" || indentOf(lines[end]!) > indentOf(lines[at]!))) end++;
    } else end = ends.get(at + 1) ?? at + 1;
    expected.push({ rule, from: at + 1, to: end });
  }
  return expected;
}

/** What was found and not expected, and what was expected and not found, in words. */
export function differences(found: readonly Finding[], expected: readonly Expected[]): string[] {
  const left = [...expected];
  const wrong: string[] = [];
  for (const { rule, where, message } of found) {
    if (!("line" in where)) continue;
    const line = where.line!;
    const at = left.findIndex((one) => one.rule === rule && one.from <= line && line <= one.to);
    if (at < 0) wrong.push(`line ${line}: ${rule} is reported and not expected: ${message}`);
    else left.splice(at, 1);
  }
  return [...wrong, ...left.map(({ rule, from }) => `line ${from}: ${rule} is expected and not reported`)];
}
