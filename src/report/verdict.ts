import type { Verdict } from "../gate/verdict.ts";
import { findingTable, remarkLines } from "./finding-table.ts";
import { printable } from "./printable.ts";

/** What the gate found: what leaked, where, what made it, and what to do. Empty where there is nothing to say. */
export function printVerdict(verdict: Verdict, columns = 80): string {
  const warnings = verdict.others.filter(({ severity }) => severity === "warning");
  const lesser = verdict.others.length - warnings.length;
  const parts = [findingTable([...verdict.leaks, ...warnings], columns)];
  if (lesser > 0) parts.push(`${lesser} more found that are no error and no warning (--seal-report has them).\n`);
  for (const { diffId, createdBy } of verdict.leakedBefore) {
    parts.push(
      `A leak was found in this layer when it was made, and it came from the cache:\n  ${printable(createdBy ?? diffId)}\n  Mend the step so that it runs again, or build with --no-cache.\n`,
    );
  }
  parts.push(remarkLines("Not read, so nobody knows what is in it:", verdict.skipped, columns));
  const unproven = verdict.unproven.map((what) => ({ what, why: "it ran with values that this build does not know" }));
  parts.push(remarkLines("From the cache, not proven:", unproven, columns));
  return parts.filter((part) => part !== "").join("\n");
}
