import { basename } from "node:path";
import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import { watchOutput } from "../system/output.ts";
import { printFailure } from "./failure.ts";
import { readPluginWords } from "./plugin-words.ts";
import { version } from "./version.ts";

/** A command: how it is called, in one line what it does, and its code, which is loaded when it runs. */
export type Command = {
  readonly usage: string;
  readonly says: string;
  /** Takes the words after the command's name, gives the exit status. */
  readonly load: () => Promise<(words: readonly string[]) => Promise<number>>;
};

export type Commands = Readonly<Record<string, Command>>;

/** Runs the command that the words name, and sets the exit status; it never ends the process, so that nothing is cut off. */
export async function runCommand(argv: readonly string[], commands: Commands): Promise<void> {
  const stack = process.env["BUILDSEAL_DEBUG"] === "1";
  let isOutputWhole = true;
  // it may come after the command's own end: what is written to a file or a pipe is under way by then
  watchOutput((code) => {
    isOutputWhole = false;
    process.stderr.write(printFailure(outputFailure(code), { stack }));
    process.exitCode = couldNot(process.exitCode);
  });
  try {
    const status = await run(wordsOf(argv), commands);
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

async function run(words: readonly string[], commands: Commands): Promise<number> {
  const [name, ...rest] = words;
  switch (name) {
    case "docker-cli-plugin-metadata":
      process.stdout.write(`${JSON.stringify(pluginMetadata())}\n`);
      return 0;
    case "--version":
    case "-v":
    case "version":
      process.stdout.write(`buildseal ${version}\n`);
      return 0;
    case undefined:
    case "--help":
    case "-h":
    case "help":
      process.stdout.write(usageOf(commands));
      return 0;
    default: {
      const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
      if (command !== undefined) return (await command.load())(rest);
      const meant = nearest(name, Object.keys(commands));
      throw new SealError(
        "ARGUMENT",
        `There is no command '${name}'`,
        meant === undefined ? "See 'buildseal --help'" : `Did you mean 'buildseal ${meant}'?`,
      );
    }
  }
}

function usageOf(commands: Commands): string {
  const listed = Object.values(commands).map(({ usage, says }) => `  buildseal ${usage}\n      ${says}`);
  return `Usage:  buildseal COMMAND …

docker buildx build without stored credentials: short-lived secrets on the steps that need them, masked in the log, and
nothing published before the image was searched for them.

${listed.join("\n")}

  buildseal COMMAND --help     its own flags
  buildseal --version
`;
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

/** docker/cli, cli-plugins/metadata: what a plugin answers when docker asks who it is. */
function pluginMetadata(): object {
  return {
    SchemaVersion: "0.1.0",
    Vendor: "buildseal",
    Version: version,
    ShortDescription: "Docker Buildx build without stored credentials",
  };
}
