import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import { type Edit, insertMounts } from "../dockerfile/insertion.ts";
import { verifyInsertion } from "../dockerfile/verification.ts";
import type { Plan } from "./plan.ts";

/**
 * Inserts a plan's mounts, reads the result again and compares.
 *
 * @returns no text where there is nothing to insert
 * @throws SealError DOCKERFILE
 */
export function insertPlan(
  dockerfile: Dockerfile,
  plan: Plan,
): { readonly text: Uint8Array | undefined; readonly edits: readonly Edit[] } {
  const insertions = plan.steps.map(({ step, grants }) => ({
    step,
    mounts: grants.flatMap(({ mounts }) => mounts.flatMap(({ text }) => text ?? [])),
  }));
  const { text, edits } = insertMounts(dockerfile, insertions);
  if (edits.length === 0) return { text: undefined, edits };
  verifyInsertion(dockerfile, text, insertions);
  return { text, edits };
}
