import { basename } from "node:path";
import { build } from "./build.ts";
import { printFailure } from "./failure.ts";
import { openMachine } from "./machine.ts";

/** Runs the command that the words name, and sets the exit status; it never ends the process, so that nothing is cut off. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  try {
    process.exitCode = await run(argv.slice(2), basename(argv[1] ?? ""));
  } catch (error) {
    const stack = process.env["BUILDSEAL_DEBUG"] === "1";
    process.stderr.write(printFailure(error, { stack, mask: (text) => text }));
    process.exitCode = 2;
  }
}

async function run(words: readonly string[], _program: string): Promise<number> {
  const [name, ...rest] = words;
  if (name === "build") return build(rest, openMachine());
  process.stdout.write("Usage: buildseal build …\n");
  return 2;
}
