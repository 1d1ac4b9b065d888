import { nearest } from "../nearest.ts";
import type { BuildFacts } from "./build-facts.ts";
import type { Dockerfile } from "./dockerfile.ts";
import { type DockerfileError, dockerfileError } from "./dockerfile-error.ts";
import { resolveStages, type Stage } from "./stage.ts";
import { lowerCase } from "./text.ts";

/** The stages that a build of a target needs, in order. The target is the facts', else the last stage. */
export function stagesReached(dockerfile: Dockerfile, facts: BuildFacts = {}): number[] {
  const stages = resolveStages(dockerfile, facts);
  const target = targetStage(dockerfile, stages, facts.target);
  if (target === undefined) return [];
  return [...reachedFrom(stages, target.index)].sort((a, b) => a - b);
}

/**
 * The stage that a build gives; undefined in a file without stages.
 * @throws DOCKERFILE when there is no stage of that name.
 */
export function targetStage(
  dockerfile: Dockerfile,
  stages: readonly Stage[],
  target: string | undefined,
): Stage | undefined {
  if (target === undefined || target === "") return stages.at(-1);
  const found = stages.findLast((stage) => stage.name === lowerCase(target));
  if (found === undefined) throw noSuchStage(dockerfile, stages, target);
  return found;
}

/** A base that cannot be told may be any stage before it: too many is safe, too few is not. */
function needsOf(stages: readonly Stage[], stage: Stage): Set<number> {
  const needs = certainNeedsOf(stage);
  if (stage.base.kind === "unknown") {
    for (const earlier of stages.slice(0, stage.index)) if (earlier.name !== undefined) needs.add(earlier.index);
  }
  return needs;
}

/** The stage that it is built upon and those that it reads, as far as they can be told. */
export function certainNeedsOf(stage: Stage): Set<number> {
  const needs = new Set<number>();
  if (stage.baseStage !== undefined) needs.add(stage.baseStage);
  for (const reference of stage.references) if (reference.stage !== undefined) needs.add(reference.stage);
  return needs;
}

function reachedFrom(stages: readonly Stage[], target: number): Set<number> {
  const reached = new Set<number>([target]);
  // a Set gives what is added while it is walked
  for (const index of reached) {
    for (const need of needsOf(stages, stages[index]!)) reached.add(need);
  }
  return reached;
}

function noSuchStage(dockerfile: Dockerfile, stages: readonly Stage[], target: string): DockerfileError {
  const names = stages.flatMap((stage) => stage.name ?? []);
  const meant = nearest(target, names);
  return dockerfileError(
    dockerfile.name,
    dockerfile.instructions.at(-1)?.endLine ?? 1,
    `there is no stage ${JSON.stringify(target)} to build`,
    meant !== undefined
      ? `Did you mean ${meant}?`
      : names.length > 0
        ? `Its stages are ${names.join(", ")}.`
        : "None of its stages has a name: name one by FROM … AS NAME.",
  );
}
