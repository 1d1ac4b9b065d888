import { type Command, runCommand as runOneOf } from "../run-command.ts";

export const explain: Command = {
  usage: "explain [RULE]",
  says: "what a rule means, why it matters, and what to do instead",
  load: async () => (await import("../explain.ts")).explain,
};

/** The program when it is called for this alone. */
export function runCommand(argv: readonly string[]): Promise<void> {
  return runOneOf(argv, { explain });
}
