import { type ContainerCommand, parseContainerCommand } from "./container-command.ts";
import { readHelp, runFlags } from "./flag-table.ts";
import type { RunTools } from "./tools.ts";

/**
 * Reads the command line. A flag that we do not know is of a newer Docker: its own help says whether it takes a value. What
 * Docker does not know either it refuses itself.
 *
 * @throws SealError ARGUMENT for one of our own flags that is unknown or wrong
 */
export async function readCommand(words: readonly string[], { docker, run }: RunTools): Promise<ContainerCommand> {
  const command = parseContainerCommand(words, runFlags());
  if (command.unknown.length === 0) return command;
  const outcome = await run({
    command: [docker, "run", "--help"],
    timeLimitMs: 30_000,
    outputLimitBytes: 1024 * 1024,
  });
  if (outcome.kind !== "exited" || outcome.status !== 0) return { ...command, refused: true };
  const again = parseContainerCommand(words, runFlags(readHelp(new TextDecoder().decode(outcome.stdout))));
  return again.unknown.length === 0 ? again : { ...again, refused: true };
}
