import { runCommand } from "../run-command.ts";

export const runProgram = (argv: readonly string[]): Promise<void> =>
  runCommand(argv, async (words) => (await import("../lint.ts")).lint(words));
