import { programsIn } from "./program.ts";
import type { RunAs, Word } from "./script.ts";

/** A program that runs others as another user. Options are letters and names. */
type Changer = {
  /** The options that name him. */
  readonly option: readonly string[];
  /** A word that is no option names him. */
  readonly word?: true;
  /** Whom it takes where nobody is named; without it, it then changes nothing. */
  readonly otherwise?: "root";
  /** Further options that have a value. */
  readonly valued?: readonly string[];
  /** Options with which no variables are handed on. */
  readonly drops?: "always" | readonly string[];
  /** Options with which they are all the same. */
  readonly keeps?: readonly string[];
};

const su: Changer = {
  option: [],
  word: true,
  otherwise: "root",
  valued: ["c", "command", "session-command", "g", "group", "G", "supp-group", "s", "shell", "w"],
  // a lone - is an option
  drops: ["", "l", "login"],
  keeps: ["m", "p", "preserve-environment"],
};

const CHANGERS: ReadonlyMap<string, Changer> = new Map<string, Changer>([
  ["chroot", { option: ["userspec"] }],
  ["doas", { option: ["u"], otherwise: "root", valued: ["C"], drops: "always" }],
  ["gosu", { option: [], word: true }],
  ["runuser", { ...su, option: ["u", "user"] }],
  ["setpriv", { option: ["reuid"], valued: ["regid", "groups"], drops: ["reset-env"] }],
  ["su", su],
  ["su-exec", { option: [], word: true }],
  [
    "sudo",
    {
      option: ["u", "user"],
      otherwise: "root",
      valued: [..."CDghpRrTtU", "group", "host", "chdir", "prompt"],
      // as it is set up everywhere (sudoers, env_reset)
      drops: "always",
      keeps: ["E", "preserve-env"],
    },
  ],
]);

/** As whom a command's program runs; undefined: as who runs the command. */
export function runAs(words: readonly Word[]): RunAs | undefined {
  const programs = programsIn(words);
  return programs.reduce<RunAs | undefined>(
    (before, { name, at }, index) => within(before, changeBy(name, words, at, programs[index + 1]?.at)),
    undefined,
  );
}

/** What holds for a program that is started by one for which `outer` does. */
export function within(outer: RunAs | undefined, inner: RunAs | undefined): RunAs | undefined {
  if (inner === undefined || outer === undefined) return inner ?? outer;
  return { ...inner, keepsVariables: inner.keepsVariables && outer.keepsVariables };
}

/** By the program that stands at `from`, and has the words up to `to`. */
function changeBy(name: string, words: readonly Word[], from: number, to: number | undefined): RunAs | undefined {
  const changer = CHANGERS.get(name);
  if (changer === undefined) return undefined;
  const { given, first } = readOptions(words.slice(from + 1, to), changer);
  const { option, word, otherwise, drops = [], keeps = [] } = changer;
  const isGiven = (one: string): boolean => given.has(one);
  const named = option.find(isGiven);
  const spec = named === undefined ? word && first : { value: given.get(named) };
  if (spec === undefined && otherwise === undefined) return undefined;
  const isDropped = drops === "always" || drops.some(isGiven);
  return {
    by: name,
    // without the group
    user: spec === undefined ? otherwise : spec.value?.replace(/:.*/s, ""),
    keepsVariables: !isDropped || keeps.some(isGiven),
  };
}

/** Options by letter or name, with the values of those that have one, and the first word that is none. */
function readOptions(words: readonly Word[], { option, valued = [] }: Changer) {
  const given = new Map<string, string | undefined>();
  let first: Word | undefined;
  const hasValue = (one: string): boolean => option.includes(one) || valued.includes(one);
  for (let at = 0; at < words.length; at++) {
    const text = words[at]!.value;
    if (text === undefined || !text.startsWith("-")) first ??= words[at];
    else if (text === "--") {
      first ??= words[at + 1];
      break;
    } else if (text === "-") given.set("", undefined);
    else if (text.startsWith("--")) {
      const [name = "", ...value] = text.slice(2).split("=");
      given.set(name, value.length > 0 ? value.join("=") : hasValue(name) ? words[++at]?.value : undefined);
    } else {
      const letters = [...text.slice(1)];
      const end = letters.findIndex(hasValue);
      for (const letter of letters.slice(0, end < 0 ? undefined : end)) given.set(letter, undefined);
      if (end >= 0) given.set(letters[end]!, letters.slice(end + 1).join("") || words[++at]?.value);
    }
  }
  return { given, first };
}
