import type { BuildCommand } from "../../buildx/build-command.ts";
import { ownFlags } from "../../buildx/own-flag.ts";
import { printBuildCommand } from "../../buildx/print-build-command.ts";
import { commands } from "../commands.ts";
import type { Machine } from "../machine.ts";
import type { Tools } from "./tools.ts";

/**
 * Hands the command to Docker as it is, for what is no build (`--call`, `--print`) and for what Docker will refuse in its
 * own words. Gives Docker's status.
 */
export async function passOn(
  command: BuildCommand,
  tools: Tools,
  stdin?: () => AsyncIterable<Uint8Array>,
): Promise<number> {
  const docker = tools.start({
    words: [...tools.buildx, "build", ...printBuildCommand(command)],
    stdout: "ours",
    stdin: stdin?.() ?? (command.context === "-" || command.file === "-" ? process.stdin : undefined),
  });
  docker.stderr.pipe(process.stderr, { end: false });
  const { status } = await docker.ended;
  return status;
}

/** Our flags; Docker's own help comes after them. */
export function printHelp(machine: Pick<Machine, "print">): void {
  const width = Math.max(...ownFlags.map(({ name, value }) => `${name} ${value ?? ""}`.length));
  const lines = ownFlags.map(({ name, value, help }) => `  ${`${name} ${value ?? ""}`.padEnd(width)}  ${help}`);
  machine.print(
    `Usage:  buildseal ${commands.build.usage}\n\nIts own flags:\n${lines.join("\n")}\n\nAll other flags are Docker's:\n\n`,
  );
}
