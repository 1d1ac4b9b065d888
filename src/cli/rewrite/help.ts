import { migrations } from "../../migrate/migrations.ts";
import { flagTable } from "./arguments.ts";

export function rewriteHelp(): string {
  const flags = Object.entries(flagTable).map(
    ([name, { value, help }]) => `  ${(value === undefined ? name : `${name} ${value}`).padEnd(19)} ${help}`,
  );
  const names = [...migrations.values()].map(({ name, summary }) => `  ${name.padEnd(19)} ${summary}`);
  return `Usage:  buildseal rewrite [FILE|DIR…|-] [flags]

Puts the mounts of grants into Dockerfiles and templates, and changes nothing else. What is granted says --with, buildseal.yaml
and comments above steps, as in a build. Without another flag the result goes to stdout. No source is asked.

${flags.join("\n")}

Migrations:
${names.join("\n")}

Exit status: 0 done, or nothing to do; 1 --check would change something; 2 something could not be done.
`;
}
