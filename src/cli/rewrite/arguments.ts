import { type TemplateEngine, templateEngines } from "../../dockerfile/template/template.ts";
import { SealError } from "../../error.ts";
import { type MigrationName, migrationNames, removeConfigLog } from "../../migrate/name.ts";
import { type Options, readOptions } from "../option.ts";

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
  readonly quiet: boolean;
  readonly help: boolean;
};

const engines: readonly (TemplateEngine | "none")[] = ["none", ...templateEngines];

/** The command's options. The help is made of them. */
export const rewriteOptions = {
  with: { value: "RECIPE,…", repeat: true, says: "Add recipes: what the steps' consumers need" },
  config: { value: "FILE", says: "Use this configuration instead of the nearest buildseal.yaml" },
  engine: {
    value: "ENGINE",
    choices: engines,
    says: "The template language; none: a plain Dockerfile (default: told by the file)",
  },
  diff: { says: "Show what would change, as a unified diff" },
  check: { says: "Change nothing; exit 1 where something would change" },
  write: { says: "Change the files in their place, each in one move" },
  output: { value: "FILE", short: "o", says: "Write the one result there" },
  render: { value: "'CMD {}'", says: "Render a template before and after by your own command, and compare" },
  migrate: { value: "NAME", choices: migrationNames, says: "Change what is there instead (see below)" },
  also: {
    value: "FIX",
    repeat: true,
    says: `With --migrate: ${removeConfigLog} takes configure's logs away with the credentials`,
  },
  quiet: { short: "q", says: "Say only what went wrong" },
} satisfies Options;

type OptionName = keyof typeof rewriteOptions;

/** @throws SealError ARGUMENT */
export function parseRewriteCommand(words: readonly string[]): RewriteCommand {
  const { value, values, has, words: paths } = readOptions("rewrite", rewriteOptions, words);
  const list = (name: OptionName) => {
    const names = values(name).flatMap((one) => one.split(","));
    if (names.some((one) => one.trim() === "")) throw wrong(`--${name} has an empty name`, `Write --${name} NAME,NAME`);
    return [...new Set(names.map((one) => one.trim()))];
  };
  const ways = (["check", "write", "output"] as const).filter(has);
  if (ways.length > 1) {
    throw wrong(`${ways.map((way) => `--${way}`).join(" and ")} do not go together`, "Take one of them");
  }
  if (has("diff") && has("output")) throw wrong("--diff and --output do not go together", "Take one of them");
  if (has("migrate") && has("with")) {
    throw wrong(
      "--migrate changes mounts that are there, and --with adds new ones",
      "Run rewrite --migrate first, then rewrite --with",
    );
  }
  if (has("migrate") && has("render")) {
    throw wrong("--render compares inserted mounts, and a migration changes more", "Leave --render out");
  }
  if (has("also") && !has("migrate")) throw wrong("--also goes with --migrate", "Add --migrate NAME");
  const also = list("also");
  const unknown = also.find((name) => name !== removeConfigLog);
  if (unknown !== undefined) throw wrong(`--also does not know '${unknown}'`, `It takes ${removeConfigLog}`);
  return {
    paths: paths.length === 0 ? ["Dockerfile"] : paths,
    with: list("with"),
    config: value("config"),
    engine: chosen(value("engine"), engines),
    // as - is stdin where a file is named
    mode: value("output") === "-" ? "print" : (ways[0] ?? "print"),
    output: value("output"),
    diff: has("diff"),
    render: value("render"),
    migrate: chosen(value("migrate"), migrationNames),
    also,
    quiet: has("quiet"),
    help: has("help"),
  };
}

/** The choice that `readOptions` has found to be one. */
function chosen<Choice extends string>(value: string | undefined, choices: readonly Choice[]): Choice | undefined {
  return choices.find((one) => one === value);
}

function wrong(what: string, remedy: string): SealError {
  return new SealError("ARGUMENT", what, remedy);
}
