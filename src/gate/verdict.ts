import type { Finding, Skipped } from "../finding/finding.ts";
import type { CachedRule } from "../grant/policy.ts";
import type { ImageScan } from "../scan/image-scan.ts";
import type { CachedVerdict } from "./cached.ts";
import type { Records } from "./record.ts";

/** What the gate says of a build's results. */
export type Verdict = {
  /** Known values and patterns of severity error: nothing may be published. */
  readonly leaks: readonly Finding[];
  /** Everything else that was found. */
  readonly others: readonly Finding[];
  readonly skipped: readonly Skipped[];
  /** Layers in which an earlier build found a value that this one does not know; their steps came from the cache. */
  readonly leakedBefore: readonly { readonly diffId: string; readonly createdBy: string | undefined }[];
  /** Granted steps from the cache of which nobody knows that they were clean. */
  readonly unproven: readonly string[];
  /** Everything that there is was read. */
  readonly isComplete: boolean;
  readonly mayPublish: boolean;
};

/**
 * Judges the scans of a build. A known value blocks always, a pattern at severity error; a layer that leaked before blocks
 * too, for a failed job that is run again must not pass; what could not be read blocks; steps from the cache that are not
 * proven block under `refuse`.
 */
export function reachVerdict(
  scans: readonly ImageScan[],
  cached: CachedVerdict,
  rule: CachedRule,
  records: Records,
): Verdict {
  const findings = scans.flatMap((scan) => scan.findings);
  const leaks = findings.filter(({ rule, severity }) => rule === "known-value" || severity === "error");
  const leakedNow = leakedLayers(leaks);
  const leakedBefore = scans
    .flatMap((scan) => scan.images)
    .flatMap(({ layers }) => layers)
    .filter(({ diffId }) => records.get(diffId)?.state === "leaked" && !leakedNow.includes(diffId))
    .filter(({ diffId }, at, all) => all.findIndex((one) => one.diffId === diffId) === at)
    .map(({ diffId, createdBy }) => ({ diffId, createdBy }));
  const skipped = scans.flatMap((scan) => scan.skipped);
  const isComplete = scans.every(({ complete }) => complete);
  return {
    leaks,
    others: findings.filter((finding) => !leaks.includes(finding)),
    skipped,
    leakedBefore,
    unproven: cached.unproven,
    isComplete,
    mayPublish:
      leaks.length === 0 &&
      leakedBefore.length === 0 &&
      isComplete &&
      (rule !== "refuse" || cached.unproven.length === 0),
  };
}

/**
 * The layers in which a known value was found, by diff ID: to be marked, for the next build may not know that value. What a
 * pattern finds it finds each time.
 */
export function leakedLayers(leaks: readonly Finding[]): readonly string[] {
  const known = leaks.filter(({ rule }) => rule === "known-value");
  const places = known.flatMap(({ where, places = [] }) => [where, ...places]);
  return [
    ...new Set(
      places.flatMap((place) => ("layer" in place && place.layer?.diffId !== undefined ? [place.layer.diffId] : [])),
    ),
  ];
}
