import { startThreadFor } from "../../system/thread-ahead.ts";
import { runCommand } from "../run-command.ts";

export const runProgram = (argv: readonly string[]): Promise<void> => {
  startThreadFor(argv);
  return runCommand(argv, async (words) => (await import("../scan-image.ts")).scanImage(words));
};
