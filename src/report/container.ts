import type { ContainerPlan } from "../grant/container-plan.ts";
import { notesOf, noticesOf } from "../grant/notice.ts";
import { columnsOf, printable } from "./printable.ts";

/** What a container gets, in which form, and why: for people. What stands in a checkout can do nothing to a terminal. */
export function printContainer({ grants }: Pick<ContainerPlan, "grants">, folder: string): string {
  const blocks = grants.map(({ what, origin, form, why, items }) => {
    const width = Math.max(...items.map(({ id }) => columnsOf(printable(id))), 0);
    const lines = items.map(({ id, secrets, shows }) => {
      const name = printable(id);
      const kind = secrets.length === 0 ? "not secret" : "secret    ";
      return `    ${name}${" ".repeat(width - columnsOf(name))}  ${kind}  ${printable(shows)}`;
    });
    return [`  ${printable(`${what} (${origin})`)}`, `  as ${printable(`${form}: ${why}`)}`, ...lines].join("\n");
  });
  const remarks = [
    ...noticesOf(grants).map((notice) => `warning: ${printable(notice)}`),
    ...notesOf(grants).map((note) => `note: ${printable(note)}`),
  ];
  return `${[`the container, at ${folder}:`, ...blocks, ...remarks].join("\n")}\n`;
}
