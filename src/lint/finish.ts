import type { Dockerfile } from "../dockerfile/dockerfile.ts";
import type { Finding } from "../finding/finding.ts";
import { fingerprintOf } from "../finding/fingerprint.ts";
import { createExcerpts, type Excerpt } from "./excerpt.ts";
import type { Positions } from "./position.ts";
import type { Fix, Problem } from "./rule.ts";
import type { Found } from "./run-rules.ts";

/** A finding with what is not told of it: its line for people, and its fix. */
export type LintFinding = {
  readonly finding: Finding;
  readonly excerpt: Excerpt;
  readonly fix: Fix | undefined;
  readonly hide: Problem["hide"];
};

/** What a fingerprint says of where a problem is, beside its file: it stays the same when other lines change. */
export type Context = (offset: number) => string;

/**
 * Makes findings of problems, in their order. Two of one rule that nothing tells apart are counted, so that a
 * baseline knows how many there were.
 *
 * @param shown the file as the user calls it
 * @param identity the file from the repository's root on: the same wherever lint is started
 */
export function finish(
  found: readonly Found[],
  file: {
    readonly text: string;
    readonly positions: Positions;
    readonly shown: string;
    readonly identity: string;
    readonly context: Context;
  },
): LintFinding[] {
  const { positions, shown, identity, context } = file;
  const counts = new Map<string, number>();
  const excerptOf = createExcerpts(
    file.text,
    positions,
    found.map(({ problem }) => problem),
  );
  return found.map(({ rule, problem, severity }) => {
    const where = positions.place(shown, problem.start, problem.end);
    const key = [problem.key ?? "", context(problem.start)];
    const counted = JSON.stringify([rule.id, ...key]);
    const count = (counts.get(counted) ?? 0) + 1;
    counts.set(counted, count);
    const { message, remedy, fix, hide } = problem;
    let fingerprint: string | undefined;
    return {
      finding: {
        rule: rule.id,
        severity,
        message,
        remedy,
        // asked for by machine reports and baselines alone, and hashing takes longer to load than a file to lint
        get fingerprint() {
          fingerprint ??= fingerprintOf(rule.id, JSON.stringify([...key, count]), { ...where, file: identity });
          return fingerprint;
        },
        where,
      },
      excerpt: excerptOf(where),
      fix,
      hide,
    };
  });
}

/** The stage and the keyword: what is left of a place when line numbers are not to count. */
export function dockerfileContext({ stages, instructions }: Dockerfile): Context {
  return (offset) => {
    const instruction = lastBefore(instructions, ({ start }) => start, offset);
    const stage = lastBefore(stages, ({ from }) => from?.start ?? 0, offset);
    return `${stage === undefined ? "" : (stage.name ?? stage.index)} ${instruction?.keyword ?? ""}`;
  };
}

function lastBefore<Item>(items: readonly Item[], startOf: (item: Item) => number, offset: number): Item | undefined {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (startOf(items[middle]!) <= offset) low = middle + 1;
    else high = middle;
  }
  return items[low - 1];
}
