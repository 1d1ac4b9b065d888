import type { Records } from "./record.ts";

/** One granted step as this build ran it, on one platform or all. */
export type GrantedRun = {
  readonly label: string;
  readonly cached: boolean;
  /**
   * The diff IDs through which something that the step wrote can be in the image: its own layer where the image has
   * it, else the layers that were made from its stage. `undefined` where that cannot be told.
   */
  readonly reaches: readonly string[] | undefined;
};

export type CachedVerdict = {
  /** Labels of steps that came from the cache and of which no record says that they were clean. */
  readonly unproven: readonly string[];
  /** Layers that granted steps reach and that are now known to hold none of these steps' values: to be recorded. */
  readonly proven: readonly string[];
};

/**
 * Judges the steps that came from the cache. They ran with values that this build does not know, so the search for
 * this build's values says nothing of them; only a record does, that the layers they reach were scanned clean in the
 * build that ran them. A layer is proven when every granted step that reaches it either ran in this build, whose
 * values were all searched for, or reaches only layers that are on record.
 *
 * @param layers the diff IDs of all platforms' layers, which have been scanned clean for this build's values
 */
export function judgeCached(runs: readonly GrantedRun[], layers: readonly string[], records: Records): CachedVerdict {
  const onRecord = (diffId: string) => records.get(diffId)?.state === "clean";
  const unproven = runs.filter(({ cached, reaches }) => cached && !(reaches ?? layers).every(onRecord));
  const doubtful = new Set(unproven.flatMap(({ reaches }) => reaches ?? layers).filter((diffId) => !onRecord(diffId)));
  return {
    unproven: unproven.map(({ label }) => label),
    proven: [...new Set(runs.flatMap(({ reaches }) => reaches ?? layers))].filter((diffId) => !doubtful.has(diffId)),
  };
}
