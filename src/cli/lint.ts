import { lintHelp, parseLintCommand } from "./lint/arguments.ts";

/** `buildseal lint`: what goes wrong with credentials in Dockerfiles and the CI files beside them. Gives the exit status. */
export async function lint(words: readonly string[]): Promise<number> {
  const command = parseLintCommand(words);
  if (command.help) {
    process.stdout.write(lintHelp());
    return 0;
  }
  const { runLint } = await import("./lint/run.ts");
  return runLint(command);
}
