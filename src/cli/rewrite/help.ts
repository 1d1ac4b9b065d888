import { migrations } from "../../migrate/migrations.ts";
import { printOptions } from "../option.ts";
import { rewriteOptions } from "./arguments.ts";

export function rewriteHelp(): string {
  const names = [...migrations.values()].map(({ name, summary }) => `  ${name.padEnd(19)} ${summary}`);
  return `Usage:  buildseal rewrite [OPTIONS] [FILE | FOLDER | GLOB | -]…

Puts the mounts of grants into Dockerfiles and templates, and changes nothing else. What is granted say --with,
buildseal.yaml and comments above steps, as in a build; no source is asked. Without a name the Dockerfile of the folder you
are in; - is stdin. Without --diff, --check, --write or --output the result goes to stdout. In folders, what git ignores is
left out.

${printOptions(rewriteOptions)}

Migrations, of Dockerfiles, templates, CI files and shell scripts:
${names.join("\n")}

Exit status: 0 done or nothing to do, 1 --check would change something, 2 something could not be done or was left.
`;
}
