import { type Command, runCommand as runOneOf } from "../run-command.ts";

export const lint: Command = {
  usage: "lint [FILE | FOLDER | GLOB | -]…",
  says: "finds what goes wrong with credentials in Dockerfiles and CI files",
  load: async () => (await import("../lint.ts")).lint,
};

/** The program when it is called for this alone. */
export function runCommand(argv: readonly string[]): Promise<void> {
  return runOneOf(argv, { lint });
}
