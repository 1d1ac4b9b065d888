import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import type { Severity } from "../../../../src/finding/finding.ts";
import { contentRules, placeRules } from "../../../../src/scan/rule/every-rule.ts";
import type { Verdict } from "../../../../src/scan/rule.ts";
import { createSearch } from "../../../../src/scan/search.ts";
import { made, now } from "./made-secret.ts";

export const fixtureFolder = resolve(import.meta.dirname, "../../../../fixtures/scan");

/** A file of an image, with made values in it. */
export type Fixture = {
  /** From fixtures/scan on. */
  readonly name: string;
  readonly rule: string;
  readonly kind: "found" | "silent";
  /** In the image; empty for a string of its documents, which has none. */
  readonly path: string;
  /** With other values each time. */
  readonly make: () => MadeFixture;
};

export type MadeFixture = {
  /** One character a byte. */
  readonly text: string;
  /** What `@@!KIND@@` or `@@!SEVERITY:KIND@@` marks: where its value stands, and how bad it is if that is said. */
  readonly expected: readonly Expected[];
};

export type Expected = { readonly start: number; readonly end: number; readonly severity: Severity | undefined };

/** What a rule found, with the rule's name. */
export type Found = Verdict & { readonly rule: string };

export function readFixtures(): Fixture[] {
  return readdirSync(fixtureFolder, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFixture(relative(fixtureFolder, join(entry.parentPath, entry.name))))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readFixture(name: string): Fixture {
  const [rule = "", kind = "", ...rest] = name.split("/");
  if (kind !== "found" && kind !== "silent") throw new Error(`${name} is neither found nor silent`);
  // Tools of ours would read what begins with a dot, and Git leaves out logs and packages.
  const path = rest[0] === "document" ? "" : rest.map(named).join("/");
  const template = readFileSync(join(fixtureFolder, name), "utf8");
  return { name, rule, kind, path, make: () => filled(template) };
}

/** `dot-env` is `.env`, `config-dot-log` is `config.log`, `as-node_modules` is `node_modules`. */
function named(part: string): string {
  return part.replace(/^as-/, "").replace(/^dot-/, ".").replaceAll("-dot-", ".");
}

/** Puts a made value in the place of each `@@KIND@@`. */
function filled(template: string): MadeFixture {
  const expected: Expected[] = [];
  let text = "";
  let end = 0;
  for (const match of template.matchAll(/@@(!?)(?:(error|warning|info):)?([\w:.-]+)@@/g)) {
    const [whole, mark, severity, kind] = match as unknown as [string, string, Severity | undefined, string];
    text += template.slice(end, match.index);
    end = match.index + whole.length;
    const value = made(kind);
    if (mark !== "") expected.push({ start: text.length, end: text.length + value.length, severity });
    text += value;
  }
  return { text: text + template.slice(end), expected };
}

const search = createSearch([], contentRules, now);

/** What all rules find in a file, each thing once. */
export function foundIn(text: string, path: string): Found[] {
  const found: Found[] = [];
  const add = (rule: string, verdict: Verdict): void => {
    // Several literals lead to one thing.
    if (!found.some((one) => one.rule === rule && one.start === verdict.start)) found.push({ ...verdict, rule });
  };
  const place = path === "" ? [] : [path];
  const spot = { root: 1, path: place, kind: "content", start: 0, end: Number.POSITIVE_INFINITY } as const;
  search.scanText(text, spot, ({ what, offset, length }) => {
    if (what.kind === "pattern") add(what.rule, { ...what.verdict, start: offset, end: offset + length });
  });
  for (const rule of placeRules) {
    if (path === "" || !rule.place.test(path)) continue;
    for (const verdict of rule.read(text, { path, now })) add(rule.id, verdict);
  }
  return found.sort((a, b) => a.start - b.start);
}
