import { assignmentIn } from "../dockerfile/shell/program.ts";
import type { Script } from "../dockerfile/shell/script.ts";
import type { Stage } from "../dockerfile/stage.ts";

/** Another name for a variable: the one that its value was taken from. */
export type Aliases = ReadonlyMap<string, string>;

const NONE: Aliases = new Map();
/** So many names are followed. */
const MOST = 64;

/** `ENV X=$Y` of a stage, with those of the stage that it is built upon. */
export function envAliases({ instructions }: Stage, inherited: Aliases = NONE): Aliases {
  return collect(
    inherited,
    instructions.flatMap(({ known, pairs }) => (known === "ENV" ? pairs : [])),
  );
}

/** The same with what a script sets: `X=$Y`, `export X="${Y}"`. */
export function aliasesIn({ commands }: Script, inherited: Aliases): Aliases {
  const pairs = commands.flatMap(({ assignments, words }) => [
    ...assignments.map(({ name, value }) => ({ name, value: value.raw })),
    ...words.flatMap((word) => {
      const set = word.raw.includes("=$") || word.raw.includes('="$') ? assignmentIn(word) : undefined;
      return set === undefined ? [] : [{ name: set.name, value: set.value.raw }];
    }),
  ]);
  return collect(inherited, pairs);
}

function collect(inherited: Aliases, pairs: readonly { readonly name: string; readonly value: string }[]): Aliases {
  let aliases: Map<string, string> | undefined;
  for (const { name, value } of pairs) {
    const source = /^"?\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::?-[^}]*)?\})"?$/.exec(value);
    const from = source?.[1] ?? source?.[2];
    if (from === undefined || from === name) continue;
    aliases ??= new Map(inherited);
    if (aliases.size < MOST) aliases.set(name, aliases.get(from) ?? from);
  }
  return aliases ?? inherited;
}
