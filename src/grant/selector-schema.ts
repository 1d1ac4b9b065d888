import { z } from "zod";

/** Which steps: all that is given must hold. Schema and meaning as in buildseal.yaml's `steps:`. */
export const selectorSchema = z.strictObject({
  /** A stage's name, or a glob over names. */
  stage: z.string().min(1).optional(),
  /** A regular expression over the step's text: continuation lines joined, comments left out, heredocs included. */
  run: z.string().min(1).refine(isRegularExpression, { error: "not a regular expression" }).optional(),
  /** Counts the RUNs of a stage from 1. */
  index: z.int().min(1).optional(),
});
export type Selector = z.infer<typeof selectorSchema>;

function isRegularExpression(source: string): boolean {
  try {
    new RegExp(source, "m");
    return true;
  } catch {
    return false;
  }
}
