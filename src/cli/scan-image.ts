import { parseScanCommand, scanHelp } from "./scan-image/arguments.ts";

/** `buildseal scan-image`: what an image holds that it should not, wherever it lies. Gives the exit status. */
export async function scanImage(words: readonly string[]): Promise<number> {
  const command = parseScanCommand(words);
  if (command === "help") {
    process.stdout.write(scanHelp());
    return 0;
  }
  const { runScan } = await import("./scan-image/run.ts");
  return runScan(command);
}
