import { basename } from "node:path";
import { SealError } from "../error.ts";
import { watchOutput } from "../system/output.ts";
import { printFailure } from "./failure.ts";
import { readPluginWords } from "./plugin-words.ts";

/** Takes the words after the command's name, and the name; gives the exit status. */
export type Command = (words: readonly string[], name: string | undefined) => Promise<number>;

/**
 * Runs a command, and sets the exit status; it never ends the process, so that nothing is cut off, but for what nobody caught: that would
 * end it with status 1, which says that something was found.
 */
export async function runCommand(argv: readonly string[], command: Command): Promise<void> {
  const stack = process.env["BUILDSEAL_DEBUG"] === "1";
  let isOutputWhole = true;
  // it may come after the command's own end: what is written to a file or a pipe is under way by then
  watchOutput((code) => {
    isOutputWhole = false;
    process.stderr.write(printFailure(outputFailure(code), { stack }));
    process.exitCode = couldNot(process.exitCode);
  });
  process.once("uncaughtException", (error) => {
    process.stderr.write(printFailure(error, { stack }));
    process.exit(couldNot(process.exitCode));
  });
  try {
    const [name, ...words] = wordsOf(argv);
    const status = await command(words, name);
    process.exitCode = isOutputWhole ? status : couldNot(status);
  } catch (error) {
    process.stderr.write(printFailure(error, { stack }));
    process.exitCode = 2;
  }
}

/** What is worse than 2 (a leak, Docker's own failure) stays. */
function couldNot(status: typeof process.exitCode): number {
  return Math.max(2, Number(status ?? 0));
}

function outputFailure(code: string): SealError {
  const full = code === "ENOSPC" || code === "EDQUOT";
  return new SealError(
    "OUTPUT",
    `stdout could not be written (${code}), so what stands there is not whole`,
    full ? "Make room, and run again" : "Run again, with stdout to somewhere else",
  );
}

/** As a Docker CLI plugin the program is called by docker, with docker's own flags before our name. */
function wordsOf(argv: readonly string[]): readonly string[] {
  const given = argv.slice(2);
  if (basename(argv[1] ?? "") !== "docker-buildseal") return given;
  const { words, environment } = readPluginWords(given);
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  return words;
}
