import { decode, printDiff, toBytes } from "../../dockerfile/index.ts";
import { SealError } from "../../error.ts";
import type { Skipped } from "../../finding/finding.ts";
import { hideLikely } from "../../finding/hide-likely.ts";
import type { LintFinding } from "../../lint/finish.ts";
import type { FixedFile } from "../../lint/fix-file.ts";
import { colourDiff, wantsColour } from "../../report/coloured-diff.ts";
import { createHider } from "./hide-values.ts";
import type { LintedOne } from "./lint-one.ts";

/** Puts what was mended where it was asked for; gives why it could not be. */
export async function deliver(
  one: LintedOne,
  fixed: FixedFile,
  to: "file" | "stdout" | "diff",
  place: { readonly path: string; readonly environment: Readonly<Record<string, string | undefined>> },
): Promise<Skipped | undefined> {
  if (to === "stdout") {
    process.stdout.write(toBytes(fixed.text));
    return undefined;
  }
  if (fixed.edits.length === 0) return undefined;
  if (to === "diff") {
    const colour = wantsColour(process.stdout, place.environment);
    process.stdout.write(colourDiff(shownDiff(one, fixed), colour));
    return undefined;
  }
  try {
    const { writeAtomically } = await import("../../system/atomic-file.ts");
    await writeAtomically(place.path, toBytes(fixed.text), one.source.bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof SealError)) throw error;
    return { what: one.source.shown, why: `not mended: ${error.message}` };
  }
}

/** The diff for people: values in its lines are starred out, so it is not for `patch` where there are any. */
function shownDiff({ source, text, linted }: LintedOne, { edits }: FixedFile): string {
  const hideKnown = createHider(valuesOf(linted.findings, text));
  const diff = printDiff(source.shown, text, edits);
  return diff
    .split("\n")
    .map((line) => hideLikely(hideKnown(line)))
    .join("\n");
}

function valuesOf(findings: readonly LintFinding[], text: string): string[] {
  const values = findings.flatMap(({ hide = [] }) => hide.map(({ start, end }) => decode(text.slice(start, end))));
  return values.flatMap((value) => value.split("\n"));
}
