/**
 * How right the rules are: made credentials in ordinary files, and look-alikes, as a list of found and of false alarms for
 * each family, beside what gitleaks and trufflehog find in the same files. `npm run bench:rules`.
 *
 * A sample is found when anything in its file is reported. What counts as a credential is what its issuer would take, not
 * what our rules know; all values are made anew in each run.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Severity } from "../src/finding/finding.ts";
import { contentRules, placeRules } from "../src/scan/rule/every-rule.ts";
import { createSearch } from "../src/scan/search.ts";
import { now } from "../test/unit/scan/rule/made-secret.ts";
import { lookAlikes } from "./rule/look-alike.ts";
import { positives, type Sample } from "./rule/positive.ts";

const each = Number(process.argv[2] ?? 26);
const good = positives(each);
const bad = lookAlikes(each);
const samples = [...good, ...bad];

/** For each tool, the numbers of the samples in which it reports something. */
type Answers = { readonly tool: string; readonly found: ReadonlySet<number> };

const search = createSearch([], contentRules, now);

function ours(tool: string, severities: readonly Severity[]): Answers {
  const found = new Set<number>();
  for (const [number, { path, text }] of samples.entries()) {
    const spot = { root: 1, path: [path], kind: "content", start: 0, end: Number.POSITIVE_INFINITY } as const;
    search.scanText(text, spot, ({ what }) => {
      if (what.kind === "pattern" && severities.includes(what.verdict.severity)) found.add(number);
    });
    for (const rule of placeRules) {
      if (!rule.place.test(path)) continue;
      if (rule.read(text, { path, now }).some(({ severity }) => severities.includes(severity))) found.add(number);
    }
  }
  return { tool, found };
}

/** Each sample is a file of its own under a folder of its number. */
function written(): string {
  const folder = mkdtempSync(join(tmpdir(), "rules-"));
  for (const [number, { path, text }] of samples.entries()) {
    const file = join(folder, `s${number}`, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** What a peer's report says, whatever its form: the paths in it name the samples. */
function peer(tool: string, words: readonly string[], report?: string): Answers | undefined {
  const run = spawnSync(tool, words, { encoding: "utf8", maxBuffer: 1 << 29 });
  if (run.error !== undefined) {
    process.stdout.write(`${tool}: not on the PATH, so not compared\n`);
    return undefined;
  }
  const text = report === undefined ? run.stdout : readFileSync(report, "utf8");
  const paths = text.replaceAll("\\/", "/").matchAll(/[/"]s(\d+)\/[a-z.]/g);
  return { tool, found: new Set([...paths].map((match) => Number(match[1]))) };
}

function peers(): Answers[] {
  const folder = written();
  const report = join(folder, "report.json");
  const answers = [
    peer(
      "gitleaks",
      ["dir", "--no-banner", "--exit-code", "0", "--report-format", "json", "--report-path", report, folder],
      report,
    ),
    peer("trufflehog", ["filesystem", "--no-verification", "--no-update", "--json", folder]),
  ];
  rmSync(folder, { recursive: true });
  return answers.filter((answer) => answer !== undefined);
}

function row(name: string, cells: readonly (string | number)[]): void {
  process.stdout.write(`${name.padEnd(38)}${cells.map((cell) => String(cell).padStart(12)).join("")}\n`);
}

function table(title: string, some: readonly Sample[], from: number, answers: readonly Answers[]): void {
  process.stdout.write("\n");
  row(title, ["samples", ...answers.map(({ tool }) => tool)]);
  for (const family of new Set(some.map((sample) => sample.family))) {
    const numbers = [...some.keys()].filter((index) => some[index]!.family === family).map((index) => index + from);
    row(family, [numbers.length, ...answers.map(({ found }) => numbers.filter((number) => found.has(number)).length)]);
  }
}

const percent = (part: number, whole: number) => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;

const answers = [ours("errors", ["error"]), ours("+ warnings", ["error", "warning"]), ...peers()];
table("credentials: found", good, 0, answers);
table("look-alikes: false alarms", bad, good.length, answers);
process.stdout.write("\n");
row(`${good.length} credentials, ${bad.length} look-alikes`, ["", ...answers.map(({ tool }) => tool)]);
const hits = answers.map(({ found }) => [...found].filter((number) => number < good.length).length);
row("recall", ["", ...hits.map((count) => percent(count, good.length))]);
row("precision", ["", ...hits.map((count, index) => percent(count, answers[index]!.found.size))]);
row("false alarms", ["", ...hits.map((count, index) => answers[index]!.found.size - count)]);
