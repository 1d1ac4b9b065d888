import { about } from "../about.ts";
import { runCommand } from "../run-command.ts";

export const runProgram = (argv: readonly string[]): Promise<void> => runCommand(argv, about);
