import { printDiff } from "../../dockerfile/index.ts";
import { colourDiff, wantsColour } from "../../report/coloured-diff.ts";
import { printable } from "../../report/printable.ts";
import { type Machine, withUserUmask } from "../machine.ts";
import type { RewriteCommand } from "./arguments.ts";
import type { Outcome } from "./outcome.ts";

/** Puts a file's result to where the user wants it. Gives whether something changes. @throws SealError OUTPUT */
export async function deliver(outcome: Outcome, command: RewriteCommand, machine: Machine): Promise<boolean> {
  const { after, before, name, path } = outcome;
  const isChanged = after !== undefined;
  if (command.diff && isChanged) showDiff(outcome, machine);
  switch (command.mode) {
    case "check":
      if (isChanged && !command.diff) machine.print(`${printable(name)}: would change: ${outcome.summary}\n`);
      break;
    case "write":
      if (isChanged) await write(path!, after, before, machine);
      break;
    case "output":
      await write(command.output!, after ?? before, undefined, machine);
      break;
    case "print":
      if (!command.diff) process.stdout.write(after ?? before);
  }
  return isChanged;
}

async function write(path: string, bytes: Uint8Array, before: Uint8Array | undefined, machine: Machine): Promise<void> {
  const { writeAtomically } = await import("../../system/atomic-file.ts");
  await withUserUmask(machine, () => writeAtomically(path, bytes, before));
}

/** On a terminal for people; elsewhere as bytes, so that it can be applied to any file. */
function showDiff({ name, text, edits }: Outcome, { environment }: Machine): void {
  const { stdout } = process;
  const colour = wantsColour(stdout, environment);
  if (stdout.isTTY || colour) stdout.write(colourDiff(printDiff(name, text, edits), colour));
  else stdout.write(Buffer.from(printDiff(name, text, edits, { raw: true }), "latin1"));
}
