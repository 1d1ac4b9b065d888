import type { Ran } from "./call.ts";

/** Tells of what a step runs whether it shows the consumer. */
export type Shows = (ran: Ran) => boolean;

/** Calls that count for nothing. */
type Unless = {
  /** Further subcommands: what stands behind one is its own. */
  readonly others?: string;
  /** An argument with which it asks no server, or not by what the recipe gives. */
  readonly argument?: RegExp;
};

/** It runs the program, by these arguments if that is asked. All patterns here must match a whole word. */
export function starts(program: string, by: (words: readonly string[]) => boolean = () => true): Shows {
  const name = new RegExp(`^(?:${program})$`);
  return ({ calls }) => calls.some((call) => name.test(call.program) && by(call.arguments));
}

/** It runs the program with one of the subcommands (`pip install` is one of two words), its options before them or not. */
export function runs(program: string, subcommands: string, { others, argument }: Unless = {}): Shows {
  const wanted = new RegExp(`^(?:${subcommands})(?: |$)`);
  const unwanted = others === undefined ? undefined : new RegExp(`^(?:${others})$`);
  return starts(program, (words) => {
    if (argument !== undefined && words.some((word) => argument.test(word))) return false;
    for (const { at, mayBeValue } of firstWords(words)) {
      const isOther = unwanted?.test(words[at]!) ?? false;
      if (isOther && !(mayBeValue && !flag.test(words[at - 1]!))) return false;
      if (!isOther && [isPlain, isNoValue].some((counts) => wanted.test(saidFrom(words, at, counts)))) return true;
    }
    return false;
  });
}

/** It runs the program with one of these words, wherever that stands: a goal of Maven's, a task of Gradle's. */
export function runsAny(program: string, words: string): Shows {
  const wanted = new RegExp(`^(?:${words})$`);
  return starts(program, (all) => all.some((word) => wanted.test(word)));
}

/** It runs the program with nothing but options, or what is filled in; those of `valued` take the next word. */
export function runsAlone(program: string, valued: string): Shows {
  const takesNext = new RegExp(`^(?:${valued})$`);
  return starts(program, (words) =>
    words.every((word, at) =>
      isPlain(word)
        ? isFilledIn(word) || takesNext.test(words[at - 1] ?? "")
        : !/^(?:--version|--help|-v|-h)$/.test(word),
    ),
  );
}

/** Its text has it: code of another language, say. */
export function has(pattern: RegExp): Shows {
  return ({ text }) => pattern.test(text);
}

const isPlain = (word: string): boolean => !/^[-+]/.test(word);

/** Options, of npm, pnpm and yarn above all, that take no value: the word behind one is the subcommand. */
const flag =
  /^(?:-[sqrgyd]|--(?:no-.+|silent|quiet|verbose|recursive|global|workspaces|if-present|offline|prefer-offline))$/;

/** What is expanded, or filled in by a template: it may be options, or nothing. */
const isFilledIn = (word: string): boolean => /[$`]|\{[{%#]|<%|%%[\w.-]+%%|@[A-Z]\w*@/.test(word);

/** Neither an option nor, right behind one, what may be its value. */
const isNoValue = (word: string, at: number, all: readonly string[]): boolean =>
  isPlain(word) && !/^-[^=]*$/.test(all[at - 1] ?? "");

/** The words from `at` on that say what is done, as far as subcommands go. */
function saidFrom(words: readonly string[], at: number, counts: typeof isNoValue): string {
  return words
    .slice(at, at + 8)
    .filter((word, index, all) => counts(word, index, all) && !isFilledIn(word))
    .join(" ");
}

/** Where the subcommand may be: the first word that is no option, and the next one where the first may be an option's value. */
function firstWords(words: readonly string[]): { readonly at: number; readonly mayBeValue: boolean }[] {
  const found: { readonly at: number; readonly mayBeValue: boolean }[] = [];
  let mayBeValue = false;
  for (const [at, word] of words.entries()) {
    if (word === "--") break;
    if (!isPlain(word)) {
      mayBeValue = word.startsWith("-") && !word.includes("=");
      continue;
    }
    if (isFilledIn(word)) {
      mayBeValue = false;
      continue;
    }
    found.push({ at, mayBeValue });
    if (!mayBeValue) break;
    mayBeValue = false;
  }
  return found;
}
