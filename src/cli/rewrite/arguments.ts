import type { TemplateEngine } from "../../dockerfile/template/template.ts";
import { SealError } from "../../error.ts";
import { type MigrationName, migrationNames, removeConfigLog } from "../../migrate/name.ts";
import { nearest } from "../../nearest.ts";

export type RewriteCommand = {
  readonly paths: readonly string[];
  readonly with: readonly string[];
  readonly config: string | undefined;
  readonly engine: TemplateEngine | "none" | undefined;
  readonly mode: "print" | "check" | "write" | "output";
  readonly output: string | undefined;
  readonly diff: boolean;
  readonly render: string | undefined;
  readonly migrate: MigrationName | undefined;
  readonly also: readonly string[];
  readonly builder: "buildseal" | "buildx";
  readonly quiet: boolean;
  readonly help: boolean;
};

type FlagName = keyof typeof flagTable;

const engines: readonly (TemplateEngine | "none")[] = [
  "none",
  "jinja",
  "go",
  "erb",
  "ejs",
  "handlebars",
  "liquid",
  "jq",
  "m4",
  "empy",
  "cpp",
  "placeholder",
];

/** The command's flags: whether they take a value, and what they do. The help is made of it. */
export const flagTable = {
  "--with": { value: "RECIPE,…", help: "add recipes: what the steps' consumers need" },
  "--config": { value: "FILE", help: "the configuration (default: buildseal.yaml beside each file, then upwards)" },
  "--engine": { value: "ENGINE", help: "the template language; none: a plain Dockerfile (default: told by the file)" },
  "--diff": { value: undefined, help: "show what would change, as a unified diff" },
  "--check": { value: undefined, help: "change nothing; exit 1 where something would change" },
  "--write": { value: undefined, help: "change the files in their place, each in one move" },
  "--output": { value: "FILE", help: "write the one result there" },
  "--render": { value: "'CMD {}'", help: "render a template before and after by your own command, and compare" },
  "--migrate": { value: "NAME", help: "change what is there instead (see below)" },
  "--also": {
    value: "FIX",
    help: "with --migrate: remove-config-log takes configure's logs away with the credentials",
  },
  "--builder": {
    value: "buildseal|buildx",
    help: "with --migrate: what builds in CI from now on, for what is said and done there (buildseal)",
  },
  "--quiet": { value: undefined, help: "say only what went wrong" },
  "--help": { value: undefined, help: "this text" },
} as const satisfies Readonly<Record<string, { readonly value: string | undefined; readonly help: string }>>;

const short: Readonly<Record<string, FlagName>> = { "-o": "--output", "-q": "--quiet", "-h": "--help" };

/** @throws SealError ARGUMENT */
export function parseRewriteCommand(words: readonly string[]): RewriteCommand {
  const { paths, given } = splitWords(words);
  const last = (name: FlagName) => given.findLast((one) => one.name === name)?.value;
  const has = (name: FlagName) => given.some((one) => one.name === name);
  const list = (name: FlagName) => {
    const names = given.filter((one) => one.name === name).flatMap(({ value = "" }) => value.split(","));
    if (names.some((one) => one.trim() === "")) throw wrong(`${name} has an empty name`, `Write ${name} NAME,NAME`);
    return [...new Set(names.map((one) => one.trim()))];
  };
  const ways = (["--check", "--write", "--output"] as const).filter(has);
  if (ways.length > 1) throw wrong(`${ways.join(" and ")} do not go together`, "Take one of them");
  if (has("--diff") && has("--output")) throw wrong("--diff and --output do not go together", "Take one of them");
  if (has("--migrate") && has("--with")) {
    throw wrong(
      "--migrate changes mounts that are there, and --with adds new ones",
      "Run rewrite --migrate first, then rewrite --with",
    );
  }
  if (has("--migrate") && has("--render")) {
    throw wrong("--render compares inserted mounts, and a migration changes more", "Leave --render out");
  }
  if (has("--also") && !has("--migrate")) throw wrong("--also goes with --migrate", "Add --migrate NAME");
  return {
    paths: paths.length === 0 ? ["Dockerfile"] : paths,
    with: list("--with"),
    config: last("--config"),
    engine: has("--engine") ? oneOf("--engine", last("--engine")!, engines) : undefined,
    mode: ways.length === 0 ? "print" : (ways[0]!.slice(2) as "check" | "write" | "output"),
    output: last("--output"),
    diff: has("--diff"),
    render: last("--render"),
    migrate: has("--migrate") ? oneOf("--migrate", last("--migrate")!, migrationNames) : undefined,
    also: list("--also").map((name) => oneOf("--also", name, [removeConfigLog])),
    builder: oneOf("--builder", last("--builder") ?? "buildseal", ["buildseal", "buildx"]),
    quiet: has("--quiet"),
    help: has("--help"),
  };
}

function oneOf<Choice extends string>(name: FlagName, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((one) => one === value);
  if (choice !== undefined) return choice;
  const meant = nearest(value, choices);
  throw wrong(
    `${name} does not know '${value}'`,
    meant === undefined ? `It takes ${choices.join(", ")}` : `Did you mean '${meant}'?`,
  );
}

type Given = { readonly name: FlagName; readonly value: string | undefined };

function splitWords(words: readonly string[]): { readonly paths: string[]; readonly given: Given[] } {
  const paths: string[] = [];
  const given: Given[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === "--") {
      paths.push(...words.slice(at + 1));
      break;
    }
    if (word === "-" || !word.startsWith("-")) {
      paths.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const written = equals < 0 ? word : word.slice(0, equals);
    const name = short[written] ?? written;
    if (!isFlag(name)) throw unknownFlag(written);
    const takes = flagTable[name].value;
    const attached = equals < 0 ? undefined : word.slice(equals + 1);
    if (takes === undefined) {
      if (attached !== undefined) throw wrong(`${name} takes no value`, `Write ${name} alone`);
      given.push({ name, value: undefined });
      continue;
    }
    const value = attached ?? words[++at];
    if (value === undefined || value === "") throw wrong(`${name} needs a value`, `Write ${name} ${takes}`);
    given.push({ name, value });
  }
  return { paths, given };
}

function isFlag(name: string): name is FlagName {
  return Object.hasOwn(flagTable, name);
}

function unknownFlag(name: string): SealError {
  const meant = nearest(name, Object.keys(flagTable));
  return wrong(
    `rewrite has no flag ${name}`,
    meant === undefined ? "See 'buildseal rewrite --help'" : `Did you mean ${meant}?`,
  );
}

function wrong(what: string, remedy: string): SealError {
  return new SealError("ARGUMENT", what, remedy);
}
