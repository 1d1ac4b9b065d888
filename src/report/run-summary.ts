import type { MaskHit } from "../secret/mask.ts";
import { plural } from "./amount.ts";
import { printable } from "./printable.ts";
import { type BuildSummary, renewedText, secretText } from "./summary.ts";

/** A container's run as it went: without one value. */
export type RunSummary = {
  /** Recipes and secrets that it was granted. */
  readonly gets: readonly string[];
  readonly secrets: readonly Omit<BuildSummary["secrets"][number], "steps">[];
  readonly leftOut: BuildSummary["leftOut"];
  readonly masked: readonly MaskHit[];
};

/** The lines at the end of `buildseal run`. */
export function printRunSummary(summary: RunSummary): string {
  const rows = [
    ["container", summary.gets.length === 0 ? "got nothing" : `got ${summary.gets.join(", ")}`],
    ["secrets", secretsText(summary)],
    ["renewed", renewedText(summary)],
    ["masked", maskedText(summary)],
  ] as const;
  return `${rows.map(([name, text]) => `buildseal  ${name.padEnd(11)}${printable(text)}`).join("\n")}\n`;
}

function secretsText({ secrets, leftOut }: RunSummary): string {
  const missing = leftOut.map(({ name, reason }) => `no ${name}: ${reason}`);
  return [...secrets.map(secretText), ...missing].join("; ") || "none";
}

function maskedText({ masked }: RunSummary): string {
  if (masked.length === 0) return "nothing: no value was printed";
  return masked
    .map(
      ({ name, encoding, count }) => `${name}${encoding === "raw" ? "" : ` as ${encoding}`} ${plural(count, "time")}`,
    )
    .join("; ");
}
