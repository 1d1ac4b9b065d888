import type { Check } from "../doctor/check.ts";
import { printChecks } from "../doctor/print-checks.ts";
import { colourPaint, plainPaint } from "../report/colour.ts";
import { wantsColour } from "../report/coloured-diff.ts";
import type { Machine } from "./machine.ts";
import { version } from "./version.ts";

const widest = 80;
const narrowest = 40;

/** Checks as text for people, as wide as stdout's terminal is and at most 80 columns, or as JSON. */
export function printReport(
  checks: readonly Check[],
  format: "text" | "json",
  headings: Readonly<Record<string, string>>,
  { environment }: Machine,
): string {
  if (format === "json")
    return `${JSON.stringify({ version: 1, tool: { name: "buildseal", version }, checks }, undefined, 2)}\n`;
  const { stdout } = process;
  const paint = wantsColour(stdout, environment) ? colourPaint : plainPaint;
  return printChecks(checks, headings, paint, Math.max(narrowest, Math.min(widest, stdout.columns || widest)));
}
