import type { Verdict } from "../gate/verdict.ts";
import { findingTable, remarkLines } from "./finding-table.ts";
import { printable, wrap } from "./printable.ts";

/** What the gate found, in so many columns: what leaked, where, what made it, and what to do. Empty where there is nothing to say. */
export function printVerdict(verdict: Verdict, columns = 80): string {
  const warnings = verdict.others.filter(({ severity }) => severity === "warning");
  const lesser = verdict.others.length - warnings.length;
  const parts = [findingTable([...verdict.leaks, ...warnings], columns)];
  if (lesser > 0) {
    parts.push(lines("", `${lesser} more found that are no error and no warning (--seal-report has them).`, columns));
  }
  for (const { diffId, createdBy } of verdict.leakedBefore) {
    parts.push(
      [
        lines("", "A leak was found in this layer when it was made, and it came from the cache:", columns),
        lines("  ", printable(createdBy ?? diffId), columns),
        lines("  ", "Mend the step so that it runs again, or build with --no-cache.", columns),
      ].join(""),
    );
  }
  parts.push(remarkLines("Not read, so nobody knows what is in it:", verdict.skipped, columns));
  const unproven = verdict.unproven.map((what) => ({ what, why: "it ran with values that this build does not know" }));
  parts.push(remarkLines("From the cache, not proven:", unproven, columns));
  return parts.filter((part) => part !== "").join("\n");
}

function lines(indent: string, text: string, columns: number): string {
  return wrap(text, columns - indent.length)
    .map((line) => `${indent}${line}\n`)
    .join("");
}
