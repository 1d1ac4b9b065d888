import { dirname } from "node:path";
import { isDockerfileName } from "../../dockerfile/file-name.ts";
import { SealError } from "../../error.ts";
import type { Skipped } from "../../finding/finding.ts";
import { compareSeverities } from "../../finding/order.ts";
import { unknownNeighbours } from "../../lint/neighbours.ts";
import { neighboursOf } from "../../system/neighbours.ts";
import { readSourceFile } from "../../system/source-file.ts";
import { readStdin } from "../../system/stdin.ts";
import { type FoundFile, findFiles, repositoryOf } from "../../system/walk.ts";
import { isCiFile } from "../../workflow/kind.ts";
import { printFailure } from "../failure.ts";
import { type Machine, openMachine } from "../machine.ts";
import { createWarn } from "../warn-once.ts";
import type { LintCommand } from "./arguments.ts";
import type { Item } from "./baseline.ts";
import { deliver } from "./deliver.ts";
import { lintOne } from "./lint-one.ts";
import { writeReports } from "./report.ts";
import { createRulesAt, type RulesAt } from "./rules-at.ts";
import type { Source } from "./source.ts";

/** Lints what the command names and reports it. Gives the exit status. @throws SealError ARGUMENT, CONFIG, OUTPUT */
export async function runLint(command: LintCommand): Promise<number> {
  const machine = openMachine();
  const start = performance.now();
  const named = command.config ?? (machine.environment["BUILDSEAL_CONFIG"] || undefined);
  const rulesAt = createRulesAt(named, createWarn(machine));
  const here = await rulesAt(machine.folder);
  const baselinePath = command.baseline ?? here.baseline;
  if (command.updateBaseline && baselinePath === undefined) {
    throw new SealError("ARGUMENT", "--update-baseline does not know which file", "Add --baseline FILE");
  }
  const known = baselinePath === undefined ? undefined : await openBaseline(baselinePath, command.updateBaseline);

  const looked = await lookAtAll(command, machine, rulesAt);
  const run = { looked: looked.identities, root: repositoryOf(machine.folder), settings: here.ruleSet.settings };
  const judged = (await known?.judge(looked.items, run, machine)) ?? { fresh: looked.items, known: 0 };
  const { skipped, files, bytes } = looked;
  const toStderr = command.fix === "diff" || (command.fix === "write" && command.words.includes("-"));
  const ms = performance.now() - start;
  const result = { items: judged.fresh, skipped, files, known: judged.known, bytes, ms };
  await writeReports(result, command, machine, toStderr);
  return statusOf(judged.fresh, skipped, command);
}

/** Read before the files are looked at: a wrong name is to be said at once. */
async function openBaseline(path: string, isWritten: boolean) {
  const { readBaseline, updateBaseline, withoutKnown } = await import("./baseline.ts");
  const baseline = await readBaseline(path, isWritten);
  return {
    async judge(items: readonly Item[], run: Parameters<typeof withoutKnown>[2], machine: Machine) {
      if (!isWritten) return withoutKnown(items, baseline, run);
      return { fresh: [], known: await updateBaseline(items, baseline, run, machine) };
    },
  };
}

type Looked = {
  readonly items: readonly Item[];
  readonly skipped: readonly Skipped[];
  readonly files: readonly string[];
  readonly identities: ReadonlySet<string>;
  readonly bytes: number;
};

/** One file after the other, so that only what was found stays in memory. */
async function lookAtAll(
  command: LintCommand,
  machine: Machine,
  rulesAt: (folder: string) => Promise<RulesAt>,
): Promise<Looked> {
  const named = command.words.filter((word) => word !== "-");
  const wanted = (path: string) => isDockerfileName(path) || isCiFile(path);
  const { files, skipped, empty } = findFiles(named, { folder: machine.folder, wanted });
  for (const folder of empty) machine.say(`${folder}: there is no Dockerfile and no CI file in it to look at.`);
  const items: Item[] = [];
  const shown: string[] = [];
  const identities = new Set<string>();
  const problems = [...skipped];
  let bytes = 0;
  const look = async (source: Source, rules: RulesAt, path: string | undefined) => {
    const wish = command.fix === "no" ? "no" : command.unsafe ? "unsafe" : "safe";
    const one = await lintOne(source, rules, { engine: command.engine, fix: wish });
    problems.push(...one.skipped);
    if (machine.environment["BUILDSEAL_DEBUG"] === "1") {
      for (const { cause } of one.linted.broken) process.stderr.write(printFailure(cause, { stack: true }));
    }
    let { linted } = one;
    if (one.fixed !== undefined) {
      const to = command.fix === "diff" ? "diff" : path === undefined ? "stdout" : "file";
      const failed = await deliver(one, one.fixed, to, { path: path ?? "-", environment: machine.environment });
      if (failed !== undefined) problems.push(failed);
      else if (command.fix === "write") ({ linted } = one.fixed);
      sayMended(source.shown, one.fixed.applied, command, machine);
    }
    shown.push(source.shown);
    identities.add(source.identity);
    bytes += source.bytes.length;
    for (const finding of linted.findings) items.push({ ...finding, identity: source.identity });
  };
  if (command.words.includes("-")) {
    const source = { shown: "-", identity: "-", bytes: await readStdin(), neighbours: unknownNeighbours };
    await look(source, await rulesAt(machine.folder), undefined);
  }
  for (const file of files) {
    const rules = await rulesAt(dirname(file.path));
    if (!file.named && rules.isIgnored(file.path)) continue;
    const source = readSource(file);
    if ("why" in source) problems.push({ what: file.shown, why: source.why });
    else await look(source, rules, file.path);
  }
  return { items, skipped: problems, files: shown, identities, bytes };
}

function readSource({ path, shown, identity, named }: FoundFile): Source | { readonly why: string } {
  const bytes = readSourceFile(path, named);
  return "why" in bytes ? bytes : { shown, identity, bytes, neighbours: neighboursOf(path) };
}

function sayMended(
  name: string,
  applied: readonly { readonly rule: string }[],
  { fix }: LintCommand,
  machine: Machine,
): void {
  if (applied.length === 0) return;
  const counts = new Map<string, number>();
  for (const { rule } of applied) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const listed = [...counts].map(([rule, count]) => (count === 1 ? rule : `${rule} ${count} times`)).join(", ");
  machine.say(`${name}: ${fix === "diff" ? "would mend" : "mended"} ${listed}.`);
}

/** What could not be looked at weighs more than what was found: the list is then not whole. */
function statusOf(items: readonly Item[], skipped: readonly Skipped[], { failOn }: LintCommand): number {
  if (skipped.length > 0) return 2;
  if (failOn === "never") return 0;
  return items.some(({ finding }) => compareSeverities(finding.severity, failOn) <= 0) ? 1 : 0;
}
