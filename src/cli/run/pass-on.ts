import { commands } from "../commands.ts";
import type { Machine } from "../machine.ts";
import type { ContainerCommand } from "./container-command.ts";
import { runOwnFlags } from "./own-flag.ts";
import type { RunTools } from "./tools.ts";
import { dockerWords } from "./words.ts";

/** Hands the command to Docker as it is: where nothing is granted, and what Docker refuses in its own words. */
export async function passOn(command: ContainerCommand, tools: RunTools): Promise<number> {
  const words = dockerWords(command, []);
  const { status } = await tools.start({ words, stdin: "ours", stdout: "ours", stderr: "ours" }).ended;
  return status;
}

/** Our flags; Docker's own help comes after them. */
export function printHelp(machine: Pick<Machine, "print">): void {
  const width = Math.max(...runOwnFlags.map(({ name, value }) => `${name} ${value ?? ""}`.length));
  const lines = runOwnFlags.map(({ name, value, help }) => `  ${`${name} ${value ?? ""}`.padEnd(width)}  ${help}`);
  machine.print(
    `Usage:  buildseal ${commands.run.usage}\n\nIts own flags:\n${lines.join("\n")}\n\nAll other flags are Docker's; -d and --restart do not go with secrets:\n\n`,
  );
}
