import { type Command, runCommand as runOneOf } from "../run-command.ts";

export const rewrite: Command = {
  usage: "rewrite [FILE | FOLDER | -]… [--diff | --check | --write | --output FILE]",
  says: "puts the mounts of grants into Dockerfiles and templates, or migrates what is there",
  load: async () => (await import("../rewrite.ts")).rewrite,
};

/** The program when it is called for this alone. */
export function runCommand(argv: readonly string[]): Promise<void> {
  return runOneOf(argv, { rewrite });
}
