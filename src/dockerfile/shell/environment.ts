import { environmentOf, programOf, settingIn } from "./program.ts";
import type { Script, ShellCommand, Word } from "./script.ts";

type Setting = { readonly name: string; readonly value: Word };

/** All that a command sets: before itself, by `env` and its like, by `export`. */
export function assignmentsOf(command: ShellCommand): readonly Setting[] {
  return [...environmentOf(command), ...(exports(command) ? assigned(command) : [])];
}

/**
 * What a script itself puts into the environment of what it runs, be it of one command: name → its last value, `null`
 * where that is not known. `NAME=value` by itself is the shell's own, unless the variable is exported, or was there before
 * (`inherited`).
 */
export function environmentSetBy(
  { commands }: Script,
  inherited: (name: string) => boolean,
): ReadonlyMap<string, string | null> {
  const exported = new Set(commands.filter(exports).flatMap(({ words }) => words.flatMap(({ value }) => value ?? [])));
  const exportsAll = commands.some(isExportOfAll);
  const own = new Map<string, string | null>();
  for (const command of commands) {
    const isOfShell = command.words.length === 0;
    for (const { name, value } of assignmentsOf(command)) {
      if (isOfShell && !exportsAll && !exported.has(name) && !inherited(name)) continue;
      own.set(name, value.value ?? null);
    }
  }
  return own;
}

/** Whether all that sets a variable adds to what it says before: `NAME="$NAME more"`, `NAME=${NAME:-other}`. */
export function expandsItself({ commands }: Script, name: string): boolean {
  const settings = commands.flatMap(assignmentsOf).filter((setting) => setting.name === name);
  return settings.length > 0 && settings.every(({ value }) => value.variables.includes(name));
}

function assigned({ words }: ShellCommand): readonly Setting[] {
  return words.flatMap((word) => settingIn(word) ?? []);
}

function exports(command: ShellCommand): boolean {
  const program = programOf(command);
  if (program === "export") return true;
  return /^(?:declare|typeset)$/.test(program ?? "") && command.words.some(({ value = "" }) => /^-\w*x/.test(value));
}

/** `set -a`, `set -o allexport`. */
function isExportOfAll(command: ShellCommand): boolean {
  return (
    programOf(command) === "set" &&
    command.words.some(({ value = "" }) => value === "allexport" || /^-[a-zA-Z]*a/.test(value))
  );
}
