import { startThreadFor } from "../../system/thread-ahead.ts";
import { runCommand } from "../run-command.ts";

export const runProgram = (argv: readonly string[]): Promise<void> =>
  runCommand(argv, async (words) => {
    startThreadFor(words);
    return (await import("../scan-image.ts")).scanImage(words);
  });
