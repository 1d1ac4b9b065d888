import { notesOf, noticesOf } from "../grant/notice.ts";
import type { Plan, PlannedGrant, PlannedStep } from "../grant/plan.ts";
import { columnsOf, printable } from "./printable.ts";

const columns = 80;

/**
 * Which step gets what, in which form, and why, and what is to be said of it.
 *
 * @param name what the user calls the Dockerfile
 */
export function printGrants({ steps }: Pick<Plan, "steps">, name: string): string {
  const grants = steps.flatMap((step) => step.grants);
  const remarks = [
    ...noticesOf(grants).map((notice) => `warning: ${notice}`),
    ...notesOf(grants).map((note) => `note: ${note}`),
  ].flatMap((remark) => folded("", remark));
  return `${printSteps(steps, name)}${remarks.length === 0 ? "" : `\n${remarks.join("\n")}\n`}`;
}

/**
 * The same without the remarks: blocks of lines that fit 80 columns as far as ids and paths allow it. What stands in a
 * checkout (a selector, a path) can do nothing to a terminal.
 */
export function printSteps(steps: readonly PlannedStep[], name: string): string {
  const blocks = steps.map(({ step, reached, grants }) => {
    const lines = folded("", `${name}:${step.line}  ${step.label}`);
    if (step.onbuild) lines.push("  an ONBUILD step: it runs in builds that take this image as their base");
    else if (!reached) lines.push("  not needed by this target: nothing is issued for it");
    return [...lines, ...grants.flatMap(printGrant)].join("\n");
  });
  return blocks.length === 0 ? "" : `${blocks.join("\n\n")}\n`;
}

function printGrant({ what, origin, chosen, form, why, mounts }: PlannedGrant): string[] {
  const shown = mounts.map((mount) => ({ ...mount, id: printable(mount.id) }));
  const width = Math.max(...shown.map(({ id }) => columnsOf(id)), 0);
  return [
    ...folded("  ", `${what} (${origin}): ${chosen}`),
    ...folded("  ", `as ${form}: ${why}`),
    ...shown.map(({ id, secrets, shows, text }) => {
      const kind = secrets.length === 0 ? "not secret" : "secret    ";
      const there = text === undefined ? "  (there already)" : "";
      return `    ${id}${" ".repeat(width - columnsOf(id))}  ${kind}  ${printable(shows)}${there}`;
    }),
  ];
}

/** One text as lines, those after the first further in; broken at blanks alone, so that a path stays one word. */
function folded(indent: string, text: string): string[] {
  const [first = "", ...words] = printable(text).split(" ");
  const lines = [`${indent}${first}`];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (columnsOf(longer) <= columns) lines[lines.length - 1] = longer;
    else lines.push(`${indent}  ${word}`);
  }
  return lines.map((line) => line.trimEnd());
}
