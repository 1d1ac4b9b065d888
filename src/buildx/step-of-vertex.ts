import type { Stage } from "../dockerfile/stage.ts";
import type { Step } from "../dockerfile/step.ts";

const counted = new Set(["RUN", "COPY", "ADD", "WORKDIR"]);

/**
 * Finds the step that a line of progress speaks of, by the name that BuildKit gives it: `[builder 3/7] RUN make`, with a
 * platform before the stage in a build of several, and without a stage where there is only one.
 *
 * The first number counts FROM (of an image) and every RUN, COPY, ADD and WORKDIR of the stage; ONBUILDs of the base
 * image come first and shift it, and the total tells by how much. Source: BuildKit dockerfile2llb, `prefixCommand`.
 */
export function stepFinder(stages: readonly Stage[], steps: readonly Step[]): (vertexName: string) => Step | undefined {
  const byInstruction = new Map(steps.filter(({ onbuild }) => !onbuild).map((step) => [step.instruction, step]));
  const byPlace = new Map<string, Step>();
  const totals = new Map<Stage, number>();
  for (const stage of stages) {
    let number = stage.base.kind === "image" || stage.base.kind === "unknown" ? 1 : 0;
    for (const { instruction, command, trigger } of stage.commands) {
      if (command.known === undefined || !counted.has(command.known)) continue;
      number++;
      const step = trigger ? undefined : byInstruction.get(instruction);
      if (step !== undefined) byPlace.set(`${stage.index} ${number}`, step);
    }
    totals.set(stage, number);
  }
  return (vertexName) => {
    const match = /^\[(?:[^\s\]]+\/[^\s\]]+ )?(?:([^\s\]/]+) )? *(\d+)\/(\d+)\] RUN(?:\s|$)/.exec(vertexName);
    if (match === null) return undefined;
    const stage = match[1] === undefined ? stages[0] : stageNamed(stages, match[1]);
    if (stage === undefined) return undefined;
    const shift = Number(match[3]) - totals.get(stage)!;
    if (shift < 0) return undefined;
    return byPlace.get(`${stage.index} ${Number(match[2]) - shift}`);
  };
}

/** A stage without a name is called by its number. */
function stageNamed(stages: readonly Stage[], name: string): Stage | undefined {
  return (
    stages.findLast((stage) => stage.name === name.toLowerCase()) ??
    stages.find((stage) => stage.name === undefined && name === `stage-${stage.index}`)
  );
}
