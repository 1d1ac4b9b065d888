import { parseArgs } from "node:util";
import { SealError } from "../error.ts";
import { nearest } from "../nearest.ts";

/** One option of a command: how it is read, and what --help says of it. */
export type Option = {
  /** The word for its value in the help; without one it takes none. */
  readonly value?: string;
  /** The only values that it takes; what stands behind a `=` in them is not looked at. */
  readonly choices?: readonly string[];
  /** One letter: `-o` is the same. */
  readonly short?: string;
  /** It may be given several times. */
  readonly repeat?: true;
  readonly says: string;
};

export type Options = Readonly<Record<string, Option>>;

/** What a command was given: values by option, in the order of the words; an option without a value has an empty one. */
export type Given<Name extends string> = {
  readonly values: (name: Name) => readonly string[];
  readonly value: (name: Name) => string | undefined;
  readonly has: (name: Name) => boolean;
  readonly words: readonly string[];
};

/**
 * Reads a command's words by its table of options; `--help` and `-h` are known to all.
 * @throws SealError ARGUMENT
 */
export function readOptions<Table extends Options>(
  command: string,
  table: Table,
  words: readonly string[],
): Given<(keyof Table & string) | "help"> {
  const known: Options = { ...table, help: { short: "h", says: "" } };
  const parsed = parseArgs({
    args: [...words],
    options: Object.fromEntries(
      Object.entries(known).map(([name, { value, short }]) => [
        name,
        {
          type: value === undefined ? ("boolean" as const) : ("string" as const),
          multiple: true,
          ...(short === undefined ? {} : { short }),
        },
      ]),
    ),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given = new Map<string, string[]>();
  for (const token of parsed.tokens) {
    if (token.kind !== "option") continue;
    const value = readValue(command, known, token);
    given.set(token.name, [...(given.get(token.name) ?? []), value]);
  }
  for (const [name, values] of given) {
    if (values.length > 1 && known[name]?.value !== undefined && known[name].repeat !== true) {
      throw wrong(command, `--${name} is given twice`);
    }
  }
  return {
    values: (name) => given.get(name) ?? [],
    value: (name) => given.get(name)?.[0],
    has: (name) => given.has(name),
    words: parsed.positionals,
  };
}

type Token = { readonly name: string; readonly rawName: string; readonly value?: string | undefined };

function readValue(command: string, known: Options, { name, rawName, value }: Token): string {
  const option = Object.hasOwn(known, name) ? known[name] : undefined;
  if (option === undefined) {
    // as build and run have it, whose other flags are Docker's
    const written = rawName.replace(/^--seal-/, "--");
    const meant = nearest(
      written,
      Object.keys(known).map((one) => `--${one}`),
    );
    throw wrong(command, `There is no option ${rawName}`, meant === undefined ? undefined : `Did you mean ${meant}?`);
  }
  if (option.value === undefined) {
    if (value !== undefined) throw wrong(command, `--${name} takes no value`);
    return "";
  }
  if (value === undefined || value === "" || (!rawName.includes("=") && /^--./.test(value))) {
    throw wrong(command, `--${name} needs a value (${option.value})`);
  }
  const { choices } = option;
  const chosen = value.split("=", 1)[0]!;
  if (choices !== undefined && !choices.includes(chosen)) {
    const meant = nearest(chosen, choices);
    const remedy = meant === undefined ? undefined : `Did you mean ${meant}?`;
    throw wrong(command, `--${name} is one of ${choices.join(", ")}, not '${chosen}'`, remedy);
  }
  return value;
}

function wrong(command: string, message: string, remedy = `See 'buildseal ${command} --help'`): SealError {
  return new SealError("ARGUMENT", message, remedy);
}

/** The options as lines of a help text. */
export function printOptions(table: Options): string {
  const heads = Object.entries(table).map(
    ([name, { value, short }]) =>
      `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
  );
  const width = Math.max(...heads.map(({ length }) => length));
  const room = 100 - width - 4;
  return Object.values(table)
    .map(({ says }, index) => {
      const [first = "", ...rest] = folded(says, room);
      const indent = " ".repeat(width + 4);
      return [`  ${heads[index]!.padEnd(width)}  ${first}`, ...rest.map((line) => indent + line)].join("\n");
    })
    .join("\n");
}

function folded(text: string, room: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (longer.length <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}
