import { readFile } from "node:fs/promises";
import type { SecondPass } from "../../buildx/build-plan.ts";
import type { Stage } from "../../dockerfile/index.ts";
import type { CachedVerdict } from "../../gate/cached.ts";
import { addRecords, type Records } from "../../gate/record.ts";
import { addSearched } from "../../gate/searched.ts";
import { leakedLayers, reachVerdict, type Verdict } from "../../gate/verdict.ts";
import { type BuildSummary, printSummary } from "../../report/summary.ts";
import { printVerdict } from "../../report/verdict.ts";
import type { ImageScan } from "../../scan/image-scan.ts";
import { openRecordFile, type RecordFile } from "../../system/record-file.ts";
import { printFailure } from "../failure.ts";
import { withUserUmask } from "../machine.ts";
import { removeBuildRecords } from "./history.ts";
import { judgeSteps } from "./judge.ts";
import { publish } from "./publish.ts";
import type { Outcome, Ready, StepRuns } from "./ready.ts";
import { runPass } from "./run-pass.ts";
import { readImageId, type Searched } from "./subject.ts";
import { summarize } from "./summarize.ts";
import { writeReport } from "./write-report.ts";

/** After the passes: judges what was searched, publishes it if it may be, keeps the records, reports. Gives the exit status. */
export async function concludeBuild(ask: Outcome): Promise<number> {
  const { ready, plan, results } = ask;
  const { machine } = ready.session;
  const failed = results.find(({ status }) => status !== 0);
  // no step runs any more, and what is published is published without secrets
  await ready.issued?.end();
  await removeBuildRecords(ask);
  if (failed !== undefined) return report(ask, { result: "failed", status: failed.status });
  if (ready.wishes.scan === "off") {
    await printQuietId(ask);
    return report(ask, { result: "not searched", status: 0 });
  }
  const scans = results.flatMap(({ found }) => found.map(({ scan }) => ready.wishes.gate.judge(scan)));
  const verdict = await judgeScans(ask, scans);
  for (const sentence of plan.unsearched) machine.say(`warning: ${sentence}`);
  process.stderr.write(ready.session.mask.text(printVerdict(verdict, Math.min(machine.columns ?? 80, 120))));
  const blocked = resultOf(verdict);
  // who refuses steps that are not proven means it, whatever the scan does about leaks
  if (blocked === "refused" || (blocked !== "clean" && ready.wishes.scan === "gate")) {
    await sayWhatIsLeft(ask);
    return report(ask, { result: blocked, status: blocked === "leak" ? 3 : 2, scans, verdict });
  }
  const published = await withUserUmask(ready.session.machine, () => publishAll(ask));
  await printQuietId(ask);
  return report(ask, { result: blocked, status: 0, scans, verdict, published });
}

/** The stages of granted steps that came from the cache and are not proven, in a build that went well so far. */
export async function unprovenStages({ ready, runs, results }: Outcome): Promise<readonly Stage[]> {
  if (ready.wishes.scan === "off" || results.some(({ status }) => status !== 0)) return [];
  const scans = results.flatMap(({ found }) => found.map(({ scan }) => scan));
  const { records } = await openRecordFile(ready.session.machine.environment);
  const { unproven } = judgeCachedSteps(ready, runs, scans, records);
  const stages = [...runs.keys()].filter(({ label }) => unproven.includes(label)).map(({ stage }) => stage);
  return [...new Set(stages)];
}

function judgeCachedSteps(ready: Ready, runs: StepRuns, scans: readonly ImageScan[], records: Records): CachedVerdict {
  if (ready.granted === undefined) return { unproven: [], proven: [] };
  const steps = [...runs].map(([step, { cached }]) => ({ step, cached }));
  return judgeSteps(steps, scans, records, ready.granted.dockerfile, ready.site.facts);
}

async function judgeScans({ ready, runs, results }: Outcome, scans: readonly ImageScan[]): Promise<Verdict> {
  const { machine } = ready.session;
  const file = await openRecordFile(machine.environment);
  for (const notice of file.notices) machine.say(notice);
  const cached = judgeCachedSteps(ready, runs, scans, file.records);
  const verdict = reachVerdict(scans, cached, ready.wishes.cached, file.records);
  const searched = results.flatMap(({ found }) => found);
  await keepRecords(file, verdict, cached, searched, new Date(machine.now()), machine.say);
  return verdict;
}

async function keepRecords(
  file: RecordFile,
  verdict: Verdict,
  cached: CachedVerdict,
  searched: readonly Searched[],
  at: Date,
  say: (sentence: string) => void,
): Promise<void> {
  const leaked = leakedLayers(verdict.leaks);
  const proven = verdict.leaks.length === 0 && verdict.isComplete ? cached.proven : [];
  const blobs = searched.reduce((all, { scan, sought }) => addSearched(all, scan, sought, at), file.blobs);
  if (leaked.length === 0 && proven.length === 0 && blobs === file.blobs) return;
  const records = addRecords(addRecords(file.records, leaked, "leaked", at), proven, "clean", at);
  const problem = await file.write({ records, blobs });
  if (problem !== undefined) say(problem);
}

function resultOf(verdict: Verdict): "clean" | "leak" | "incomplete" | "refused" {
  if (verdict.leaks.length > 0 || verdict.leakedBefore.length > 0) return "leak";
  if (!verdict.isComplete) return "incomplete";
  return verdict.mayPublish ? "clean" : "refused";
}

async function publishAll({ ready, plan, results }: Outcome): Promise<readonly string[]> {
  const { session, tools } = ready;
  const { sentences } = await publish({
    steps: plan.publish,
    passes: plan.passes,
    searched: results.flatMap(({ found: [first] }) => (first === undefined ? [] : [first.scan])),
    tools,
    runPass: async (step: SecondPass) => {
      const pass = { words: step.words, environment: step.environment, metadataFile: step.metadataFile, subjects: [] };
      return (await runPass(pass, ready, new Map())).status;
    },
    say: session.machine.say,
    mask: session.mask.text,
  });
  return sentences;
}

/** With --quiet Docker prints the image's id and nothing else. */
async function printQuietId({ ready, plan }: Outcome): Promise<void> {
  const [pass] = plan.passes;
  if (!ready.command.quiet || pass?.idFile === undefined) return;
  const id = await readFile(pass.idFile, "utf8").catch(() => "");
  if (id.trim() !== "") ready.session.machine.print(`${id.trim()}\n`);
}

/** The image that is not published is still there to be looked at, where the engine has it. */
async function sayWhatIsLeft({ ready, plan }: Outcome): Promise<void> {
  const [pass] = plan.passes;
  if (pass === undefined || !pass.subjects.some(({ kind }) => kind === "engine-image")) return;
  const id = await readImageId(pass, ready.tools.store).catch(() => undefined);
  if (id !== undefined)
    ready.session.machine.say(`to look at it: ${id} (it has no name; remove it with 'docker image rm')`);
}

async function report(
  ask: Outcome,
  end: Pick<BuildSummary, "result" | "status"> & {
    readonly scans?: readonly ImageScan[];
    readonly verdict?: Verdict;
    readonly published?: readonly string[];
  },
): Promise<number> {
  const { ready } = ask;
  const { session, wishes, command } = ready;
  const summary = summarize(ask, (await ready.issued?.end()) ?? [], end);
  const isPlainBuild = ready.granted === undefined && wishes.scan === "off";
  if (!isPlainBuild && !command.quiet) process.stderr.write(session.mask.text(printSummary(summary)));
  const { report: path } = wishes;
  if (path !== undefined) {
    const name = command.tags[0] ?? ready.site.source.displayName;
    const { scans = [], verdict } = end;
    const times = { ms: performance.now(), now: session.machine.now() };
    const written = { path, summary, verdict, scans, name, ...times, mask: session.mask.text };
    try {
      await withUserUmask(session.machine, () => writeReport(written));
    } catch (error) {
      // a leak, and Docker's own failure, say more than that
      if (end.status === 0) throw error;
      process.stderr.write(session.mask.text(printFailure(error, { stack: false })));
    }
  }
  return end.status;
}
