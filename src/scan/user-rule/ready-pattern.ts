import { createMatching, type Matching } from "./pattern/matching.ts";
import { type Pattern, PatternProblem } from "./pattern/node.ts";
import { refuseOverlap } from "./pattern/overlap.ts";
import { type Positions, positionsOf } from "./pattern/positions.ts";
import { compilePattern } from "./pattern/program.ts";
import { readPattern } from "./pattern/read-pattern.ts";
import { RuleProblem } from "./written-rule.ts";

/** A pattern that was read, was looked at, and can be matched. */
export type ReadyPattern = {
  readonly pattern: Pattern;
  readonly positions: Positions;
  readonly matching: Matching;
  /** How many steps its program has: one byte of a text takes no more. */
  readonly steps: number;
};

/** @param key the key of the rule that it stands under @throws RuleProblem */
export function readyPattern(text: string, key: readonly (string | number)[]): ReadyPattern {
  try {
    const pattern = readPattern(text);
    const positions = positionsOf(pattern.node);
    refuseOverlap(positions);
    const program = compilePattern(pattern);
    return { pattern, positions, matching: createMatching(program), steps: program.operations.length };
  } catch (error) {
    if (error instanceof PatternProblem) throw new RuleProblem(key, error.message);
    throw error;
  }
}

/** So much can be asked of one place, whatever is there. */
export const mostSteps = 1 << 22;

/** Is it in a text, and how many steps did it take to see that? */
export type SearchPattern = (text: string) => { readonly isIn: boolean; readonly steps: number };

/** A pattern that is looked for anywhere in a text of at most so many bytes. @throws RuleProblem */
export function searchPattern(text: string, key: readonly (string | number)[], mostBytes: number): SearchPattern {
  const { matching, steps: ofProgram } = readyPattern(text, key);
  if (ofProgram * (mostBytes + 1) > mostSteps) throw new RuleProblem(key, "it is too large: count less");
  const search: SearchPattern = (within) => {
    const { matched, steps } = matching.find({
      text: within,
      first: 0,
      last: within.length,
      reach: 0,
      limit: Math.min(within.length, mostBytes),
    });
    return { isIn: matched !== undefined, steps };
  };
  if (search("").isIn) throw new RuleProblem(key, "it matches everything");
  return search;
}
