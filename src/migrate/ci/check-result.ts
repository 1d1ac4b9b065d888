import { buildsIn } from "../../workflow/build.ts";
import type { CiDocument } from "../../workflow/document.ts";

/**
 * Compares a migrated CI file with the one before: as readable, with the same builds. What differs is the reason not to
 * change it; undefined: nothing does.
 */
export function differenceIn(before: CiDocument, after: CiDocument): string | undefined {
  if (after.kind !== before.kind) return "kind";
  if (after.problems.length !== before.problems.length) return "form";
  return buildsIn(after).length === buildsIn(before).length ? undefined : "number of builds";
}
