import type { LeftOut } from "../finding/finding.ts";
import type { Hit } from "./hit.ts";
import { parsePathGlob } from "./path-glob.ts";

/** Knows where rules are not to report, and counts what they would have. */
export type SkippedPaths = {
  /** Is this a finding that nobody wants? Known values are wanted wherever they lie. */
  readonly takes: (hit: Hit) => boolean;
  readonly leftOut: () => readonly LeftOut[];
};

/** So many secrets are told apart; of more the places are counted. */
const mostSecrets = 20_000;

export function createSkippedPaths(globs: readonly string[]): SkippedPaths {
  const skipped = globs.map((glob) => ({ glob, hits: parsePathGlob(glob), secrets: new Set<string>(), more: 0 }));

  return {
    takes: ({ what, spot }) => {
      if (what.kind === "known" || skipped.length === 0 || spot.path.length === 0) return false;
      const one = skipped.find(({ hits }) => hits(spot.path));
      if (one === undefined) return false;
      if (one.secrets.size >= mostSecrets) one.more++;
      else one.secrets.add(JSON.stringify([what.verdict.value, spot.path]));
      return true;
    },
    leftOut: () =>
      skipped.map(({ glob, secrets, more }) => ({
        what: glob,
        why: "rules do not report there (--skip-path); known values were searched for",
        count: secrets.size + more,
      })),
  };
}
