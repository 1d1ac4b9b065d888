import type { BuildPlan, SecondPass } from "../../buildx/build-plan.ts";
import { addRecords } from "../../gate/record.ts";
import { leakedLayers, reachVerdict, type Verdict } from "../../gate/verdict.ts";
import { printVerdict } from "../../report/verdict.ts";
import { openRecordFile } from "../../system/record-file.ts";
import type { Ready } from "./carry-out.ts";
import { judgeSteps } from "./judge.ts";
import { publish } from "./publish.ts";
import { runPass, type StepRuns } from "./run-passes.ts";
import type { Searched } from "./subject.ts";

export type GateAsk = {
  readonly ready: Ready;
  readonly plan: BuildPlan;
  readonly runs: StepRuns;
  /** Of each pass. */
  readonly searched: readonly (readonly Searched[])[];
};

/** Judges what was searched, publishes it if it may be, keeps the records, and reports. Gives the exit status. */
export async function passGate(ask: GateAsk): Promise<number> {
  const { ready, plan, searched } = ask;
  const { wishes, session } = ready;
  const { machine } = session;
  if (wishes.scan === "off") return 0;
  const scans = searched.flat().map(({ scan }) => scan);
  const file = await openRecordFile(machine.environment);
  for (const notice of file.notices) machine.say(notice);
  const steps = [...ask.runs].map(([step, { cached }]) => ({ step, cached }));
  const cached =
    ready.granted === undefined
      ? { unproven: [], proven: [] }
      : judgeSteps(steps, scans, file.records, ready.granted.dockerfile, ready.site.facts);
  const verdict = reachVerdict(scans, cached, wishes.cached, file.records);
  const now = new Date(machine.now());
  const leaked = addRecords(file.records, leakedLayers(verdict.leaks), "leaked", now);
  const records =
    verdict.leaks.length === 0 && verdict.skipped.length === 0
      ? addRecords(leaked, cached.proven, "clean", now)
      : leaked;
  if (records !== file.records) {
    const problem = await file.write(records);
    if (problem !== undefined) machine.say(problem);
  }
  for (const sentence of plan.unsearched) machine.say(`warning: ${sentence}`);
  process.stderr.write(session.mask.text(printVerdict(verdict, wishes.scan)));
  if (!verdict.mayPublish && wishes.scan === "gate") return statusOf(verdict);
  const published = await publish({
    steps: plan.publish,
    passes: plan.passes,
    searched: searched.flatMap(([first]) => (first === undefined ? [] : [first.scan])),
    tools: ready.tools,
    runPass: async (step: SecondPass) => {
      const pass = { words: step.words, environment: step.environment, metadataFile: step.metadataFile, subjects: [] };
      return (await runPass(pass, ready, new Map())).status;
    },
    say: machine.say,
    stdout: process.stdout,
    mask: session.mask.text,
  });
  for (const sentence of published.sentences) machine.say(sentence);
  return 0;
}

function statusOf(verdict: Verdict): number {
  return verdict.leaks.length > 0 || verdict.leakedBefore.length > 0 ? 3 : 2;
}
