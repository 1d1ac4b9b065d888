import { access, constants } from "node:fs/promises";
import { printDiff } from "../../dockerfile/index.ts";
import { SealError } from "../../error.ts";
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
      if (!isChanged) break;
      await refuseReadOnly(path!, name);
      await write(path!, after, before, machine);
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

/** A move asks only whether the folder may be written; who made the file read-only meant the file. */
async function refuseReadOnly(path: string, name: string): Promise<void> {
  const refusal = await access(path, constants.W_OK).catch((error: NodeJS.ErrnoException) => error);
  if (refusal?.code !== "EACCES" && refusal?.code !== "EPERM" && refusal?.code !== "EROFS") return;
  throw new SealError(
    "OUTPUT",
    `${printable(name)} may not be written: it was left as it is (${refusal.code})`,
    "Make it writable, or take the result by --diff or --output",
  );
}

/** On a terminal for people; elsewhere as bytes, so that it can be applied to any file. */
function showDiff({ name, text, edits }: Outcome, { environment }: Machine): void {
  const { stdout } = process;
  const colour = wantsColour(stdout, environment);
  if (stdout.isTTY || colour) stdout.write(colourDiff(printDiff(name, text, edits), colour));
  else stdout.write(Buffer.from(printDiff(name, text, edits, { raw: true }), "latin1"));
}
