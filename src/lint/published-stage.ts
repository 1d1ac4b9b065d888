import type { Stage } from "../dockerfile/stage.ts";

/** Whether the layers of a stage are those of the image that a build without `--target` gives. */
export function isPublished(stages: readonly Stage[], stage: Stage): boolean {
  for (let at = stages.at(-1); at !== undefined; at = at.baseStage === undefined ? undefined : stages[at.baseStage]) {
    if (at.index === stage.index) return true;
  }
  return false;
}
