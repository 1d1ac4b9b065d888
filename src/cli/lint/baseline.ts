import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { encode, toText } from "../../dockerfile/index.ts";
import { SealError } from "../../error.ts";
import {
  applyBaseline,
  type BaselineEntry,
  baselineEntry,
  parseBaseline,
  printBaseline,
} from "../../finding/baseline.ts";
import { finish, type LintFinding } from "../../lint/finish.ts";
import { unusedBaselineEntry } from "../../lint/frame-rule.ts";
import { createPositions } from "../../lint/position.ts";
import type { Found } from "../../lint/run-rules.ts";
import { type RuleSettings, severityOf } from "../../lint/severity.ts";
import { writeAtomically } from "../../system/atomic-file.ts";
import { readText } from "../../system/text-file.ts";
import { type Machine, withUserUmask } from "../machine.ts";
import { ruleIds } from "./every-rule.ts";

export type Item = LintFinding & { readonly identity: string };

/** A baseline file, and of which files this run can say what it holds in vain. */
export type Baseline = {
  readonly path: string;
  readonly text: string;
  readonly entries: readonly BaselineEntry[];
};

/** @throws SealError CONFIG where it is not there (unless it is about to be written), or is none */
export async function readBaseline(path: string, isNew: boolean): Promise<Baseline> {
  const text = await readText(path);
  if (text !== undefined) return { path, text, entries: parseBaseline(path, text) };
  if (isNew) return { path, text: "", entries: [] };
  throw new SealError("CONFIG", `${path}: no such file`, "Write it with --update-baseline");
}

/** What the baseline does not know, and what it knows in vain. */
export function withoutKnown(
  items: readonly Item[],
  baseline: Baseline,
  run: { readonly looked: ReadonlySet<string>; readonly root: string; readonly settings: RuleSettings },
): { readonly fresh: readonly Item[]; readonly known: number } {
  const { fresh, known, unused } = applyBaseline(items, baseline.entries);
  const stale = unused.filter((entry) => isOurs(entry) && isStale(entry, run));
  return { fresh: [...fresh, ...staleFindings(stale, baseline, run.settings)], known: known.length };
}

/** A baseline may be shared with scan-image, whose rules are others. */
function isOurs({ rule }: BaselineEntry): boolean {
  return ruleIds.has(rule);
}

function isStale({ where }: BaselineEntry, run: { looked: ReadonlySet<string>; root: string }): boolean {
  return run.looked.has(where) || !existsSync(resolve(run.root, where));
}

function staleFindings(stale: readonly BaselineEntry[], { path, text }: Baseline, settings: RuleSettings): Item[] {
  const raw = encode(text);
  const found: Found[] = stale.flatMap(({ fingerprint, rule, where }) => {
    const start = Math.max(0, raw.indexOf(fingerprint));
    const problem = {
      start,
      end: start + fingerprint.length,
      key: `${rule} ${where}`,
      message: `The baseline lists ${rule} in ${where}, where it is not found any more`,
      remedy: "Write the baseline anew with --update-baseline.",
    };
    const severity = severityOf(unusedBaselineEntry, problem, settings);
    return severity === undefined ? [] : [{ rule: unusedBaselineEntry, problem, severity }];
  });
  const positions = createPositions(raw);
  const file = { text: raw, positions, shown: path, identity: path, context: () => "" };
  return finish(found, file).map((item) => ({ ...item, identity: path }));
}

/** Writes what is found now, and keeps what this run cannot judge. Gives how many of lint's there are. */
export async function updateBaseline(
  items: readonly Item[],
  baseline: Baseline,
  run: { readonly looked: ReadonlySet<string>; readonly root: string },
  machine: Machine,
): Promise<number> {
  const kept = baseline.entries.filter((entry) => !isOurs(entry) || !isStale(entry, run));
  const entries = items.map(({ finding, identity }) => baselineEntry(finding, identity));
  const bytes = new TextEncoder().encode(printBaseline([...kept, ...entries]));
  if (toText(bytes) !== encode(baseline.text)) {
    await withUserUmask(machine, () => writeAtomically(baseline.path, bytes, undefined));
  }
  return entries.length;
}
