import type { Paint } from "../report/colour.ts";
import { printable, wrap } from "../report/printable.ts";
import type { Check, CheckState } from "./check.ts";

const marks: Readonly<Record<CheckState, string>> = { ok: "✓", none: "·", warning: "!", error: "✗" };

/**
 * Checks for people: a line each under the heading of its section, the remedy below it, and at the end how many are not
 * well. A line has at most so many columns.
 *
 * @param headings section → heading, in their order; a section without a check is left out
 */
export function printChecks(
  checks: readonly Check[],
  headings: Readonly<Record<string, string>>,
  paint: Paint,
  columns: number,
): string {
  const lines: string[] = [];
  for (const [section, heading] of Object.entries(headings)) {
    const own = checks.filter(({ id }) => sectionOf(id) === section);
    if (own.length === 0) continue;
    lines.push(paint.bold(heading), ...own.flatMap((check) => linesOf(check, paint, columns)));
  }
  lines.push(summaryOf(checks, paint));
  return `${lines.join("\n")}\n`;
}

function sectionOf(id: string): string {
  return id.split(".", 1)[0]!;
}

const margin = "    ";

function linesOf({ state, says, remedy, where }: Check, paint: Paint, columns: number): string[] {
  const place = where === undefined ? "" : `${where.file}:${where.line}:${where.column}: `;
  const [first = "", ...rest] = wrap(withoutStop(printable(`${place}${says}`)), columns - margin.length);
  const told = [`  ${markOf(state, paint)} ${first}`, ...rest.map((line) => `${margin}${line}`)];
  const shown = state === "none" ? told.map(paint.dim) : told;
  if (remedy === undefined) return shown;
  const [todo = "", ...more] = wrap(withoutStop(printable(remedy)), columns - margin.length - 2);
  return [...shown, `${margin}${paint.bold("→")} ${todo}`, ...more.map((line) => `${margin}  ${line}`)];
}

function withoutStop(text: string): string {
  return text.trim().replace(/(?<![.…])\.$/, "");
}

function markOf(state: CheckState, paint: Paint): string {
  const mark = marks[state];
  switch (state) {
    case "ok":
      return paint.green(mark);
    case "warning":
      return paint.yellow(mark);
    case "error":
      return paint.red(mark);
    case "none":
      return mark;
  }
}

function summaryOf(checks: readonly Check[], paint: Paint): string {
  const of = (state: CheckState) => checks.filter((check) => check.state === state).length;
  const [errors, warnings] = [of("error"), of("warning")];
  if (errors + warnings === 0) return paint.green("Nothing stands in the way.");
  const parts = [
    ...(errors === 0 ? [] : [paint.red(counted(errors, "error"))]),
    ...(warnings === 0 ? [] : [paint.yellow(counted(warnings, "warning"))]),
  ];
  return `${parts.join(", ")}.`;
}

function counted(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
