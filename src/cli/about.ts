import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";
import { commands } from "./commands.ts";
import { version } from "./version.ts";

/**
 * Where no command is named: the help, the version, what docker asks a plugin. Gives the exit status.
 *
 * @throws SealError ARGUMENT for a name that is none
 */
export async function about(_words: readonly string[], name: string | undefined): Promise<number> {
  process.stdout.write(answerTo(name));
  return 0;
}

function answerTo(name: string | undefined): string {
  switch (name) {
    case "docker-cli-plugin-metadata":
      return `${JSON.stringify(pluginMetadata())}\n`;
    case "--version":
    case "-v":
    case "version":
      return `buildseal ${version}\n`;
    case undefined:
    case "--help":
    case "-h":
    case "help":
      return usage();
    default: {
      const meant = nearest(name, Object.keys(commands));
      throw new SealError(
        "ARGUMENT",
        `There is no command '${name}'`,
        meant === undefined ? "See 'buildseal --help'" : `Did you mean 'buildseal ${meant}'?`,
      );
    }
  }
}

function usage(): string {
  const listed = Object.values(commands).map(({ usage, says }) => `  buildseal ${usage}\n      ${says}`);
  return `Usage:  buildseal COMMAND …

docker buildx build without stored credentials: short-lived secrets on the steps that need them, masked in the log, and
nothing published before the image was searched for them.

${listed.join("\n")}

  buildseal COMMAND --help     its own flags
  buildseal --version
`;
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
