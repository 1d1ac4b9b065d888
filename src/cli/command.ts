import { basename } from "node:path";
import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import { printFailure } from "./failure.ts";
import { version } from "./version.ts";

const commands = ["build"] as const;

const usage = `Usage:  buildseal build [--seal-… flags] [any docker buildx build flag] PATH | URL | -

docker buildx build without stored credentials: short-lived secrets on the steps that need them, masked in the log, and
nothing published before the image was searched for them.

  buildseal build --help     its own flags, and Docker's
  buildseal --version
`;

/** Runs the command that the words name, and sets the exit status; it never ends the process, so that nothing is cut off. */
export async function runCommand(argv: readonly string[]): Promise<void> {
  try {
    process.exitCode = await run(wordsOf(argv));
  } catch (error) {
    process.stderr.write(printFailure(error, { stack: process.env["BUILDSEAL_DEBUG"] === "1" }));
    process.exitCode = 2;
  }
}

async function run(words: readonly string[]): Promise<number> {
  const [name, ...rest] = words;
  switch (name) {
    case "build": {
      // each command loads what it needs: --version needs nothing
      const { build } = await import("./build.ts");
      return build(rest);
    }
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
      process.stdout.write(usage);
      return 0;
    default: {
      const meant = nearest(name, commands);
      throw new SealError(
        "ARGUMENT",
        `There is no command '${name}'`,
        meant === undefined ? "See 'buildseal --help'" : `Did you mean 'buildseal ${meant}'?`,
      );
    }
  }
}

/** As a Docker CLI plugin the program is called `docker-buildseal [globals] buildseal build …`. */
function wordsOf(argv: readonly string[]): readonly string[] {
  const words = argv.slice(2);
  if (basename(argv[1] ?? "") !== "docker-buildseal") return words;
  const own = words.indexOf("buildseal");
  return own < 0 ? words : words.slice(own + 1);
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
