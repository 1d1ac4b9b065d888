import type { Setting } from "./build-command.ts";
import { splitPair } from "./csv-record.ts";

/** The flags that a command of Docker's knows. */
export type FlagLookup = {
  readonly byName: (name: string) => KnownFlag | undefined;
  readonly byShort: (letter: string) => KnownFlag | undefined;
};

/** `boolean`: it takes no value but an attached one. */
type KnownFlag = { readonly name: string; readonly boolean?: true };

/** What one word of flags says, and how many words it took. `open`: it ends with an unknown flag that has no attached value. */
type FlagWord =
  | { readonly settings: readonly Setting[]; readonly used: number; readonly open?: true }
  | { readonly refused: string };

/** Reads a word that begins with `-`, and its value in the next word where it takes one, as spf13/pflag does. */
export function readFlagWord(word: string, next: string | undefined, flags: FlagLookup): FlagWord {
  return word.startsWith("--") ? readLong(word, next, flags) : readLetters(word, next, flags);
}

function readLong(word: string, next: string | undefined, flags: FlagLookup): FlagWord {
  if (/^--[-=]/.test(word)) return { refused: `${word} is not a flag` };
  const [name, attached] = splitPair(word.slice(2)) ?? [word.slice(2), undefined];
  const flag = flags.byName(name);
  if (flag === undefined) {
    const setting = { name, value: attached ?? "", known: false };
    return attached === undefined ? { settings: [setting], used: 1, open: true } : { settings: [setting], used: 1 };
  }
  if (attached !== undefined) return { settings: [{ name, value: attached, known: true }], used: 1 };
  if (flag.boolean) return { settings: [{ name, value: "true", known: true }], used: 1 };
  if (next === undefined) return { refused: `--${name} needs a value` };
  return { settings: [{ name, value: next, known: true }], used: 2 };
}

/** pflag's parseSingleShortArg: a letter's value is what follows it in the word (after `=` or not), else the next word. */
function readLetters(word: string, next: string | undefined, flags: FlagLookup): FlagWord {
  const settings: Setting[] = [];
  for (let at = 1; at < word.length; at++) {
    const flag = flags.byShort(word[at]!);
    if (flag === undefined) {
      settings.push({ name: word.slice(at), value: "", known: false });
      return word.includes("=") ? { settings, used: 1 } : { settings, used: 1, open: true };
    }
    const rest = word.slice(at + 1);
    const attached = rest.length > 1 && rest.startsWith("=") ? rest.slice(1) : undefined;
    if (attached !== undefined) {
      settings.push({ name: flag.name, value: attached, known: true });
      return { settings, used: 1 };
    }
    if (flag.boolean) {
      settings.push({ name: flag.name, value: "true", known: true });
      continue;
    }
    if (rest === "" && next === undefined) return { refused: `-${word[at]} needs a value` };
    settings.push({ name: flag.name, value: rest === "" ? next! : rest, known: true });
    return { settings, used: rest === "" ? 2 : 1 };
  }
  return { settings, used: 1 };
}
