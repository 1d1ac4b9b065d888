import type { Step, StepStatus, Warning } from "../progress/build-model.ts";

/** Seconds with one digit behind the point, as buildx's `DONE 1.2s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)}s`;
}

/** The time before a line of log: fewer digits as it grows, as buildx has it. */
export function logTime(ms: number): string {
  return (ms / 1000).toFixed(ms < 10_000 ? 3 : ms < 100_000 ? 2 : 1);
}

/** Powers of 1000, as docker counts. */
function byteCount(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < 4) {
    value /= 1000;
    unit++;
  }
  return unit === 0 ? `${value}B` : `${value.toFixed(2)}${["", "kB", "MB", "GB", "TB"][unit]}`;
}

/** `12.34MB / 56.78MB 0.9s done`. */
export function amount({ current, total, startedMs, completedMs, atMs }: StepStatus): string {
  const bytes =
    total > 0 ? ` ${byteCount(current)} / ${byteCount(total)}` : current > 0 ? ` ${byteCount(current)}` : "";
  const ms = startedMs === undefined ? 0 : (completedMs ?? atMs) - startedMs;
  return `${bytes}${ms > 10 ? ` ${seconds(ms)}` : ""}${completedMs === undefined ? "" : " done"}`;
}

/** How many of the last lines of a failed step are repeated. */
export const lastLines = 10;

/** The failed step once more, with what it said last: at the end of a long log nobody looks for it. */
export function failure(step: Step, lines: readonly string[]): string {
  return ["------", ` > ${step.name}:`, ...lines, "------", ""].join("\n");
}

/** What BuildKit found in the Dockerfile. */
export function warningList(warnings: readonly Warning[]): string {
  const texts = new Set(warnings.map(({ short }) => ` - ${short}`));
  return texts.size === 0
    ? ""
    : ["", ` ${texts.size} ${texts.size === 1 ? "warning" : "warnings"} found:`, ...texts, ""].join("\n");
}
