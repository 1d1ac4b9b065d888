import { programsIn, settingIn } from "./program.ts";
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
  /** Options with which they are all the same; one with a value (`--preserve-env=A,B`): those that it names. */
  readonly keeps?: readonly string[];
  /** It takes `NAME=value` words, and hands those on. */
  readonly assigns?: true;
};

const su: Changer = {
  option: [],
  word: true,
  otherwise: "root",
  valued: [
    "c",
    "command",
    "session-command",
    "g",
    "group",
    "G",
    "supp-group",
    "s",
    "shell",
    "w",
    "whitelist-environment",
  ],
  // a lone - is an option
  drops: ["", "l", "login"],
  keeps: ["m", "p", "preserve-environment", "w", "whitelist-environment"],
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
      assigns: true,
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
  if (inner.handsOn === "all") return { ...inner, handsOn: outer.handsOn };
  const { handsOn } = outer;
  return { ...inner, handsOn: inner.handsOn.filter((name) => handsOn === "all" || handsOn.includes(name)) };
}

/** By the program that stands at `from`, and has the words up to `to`. */
function changeBy(name: string, words: readonly Word[], from: number, to: number | undefined): RunAs | undefined {
  const changer = CHANGERS.get(name);
  if (changer === undefined) return undefined;
  const own = words.slice(from + 1, to);
  const { given, first } = readOptions(own, changer);
  const { option, word, otherwise, drops = [], keeps = [], assigns } = changer;
  const isGiven = (one: string): boolean => given.some(({ name: there }) => there === one);
  const named = given.find((one) => option.includes(one.name));
  const spec = named ?? (word && first);
  if (spec === undefined && otherwise === undefined) return undefined;
  const kept = given.filter((one) => keeps.includes(one.name));
  const isWhole = drops !== "always" && !drops.some(isGiven);
  const assigned = assigns ? own.flatMap((each) => settingIn(each)?.name ?? []) : [];
  return {
    by: name,
    // without the group
    user: spec === undefined ? otherwise : spec.value?.replace(/:.*/s, ""),
    handsOn:
      isWhole || kept.some(({ value }) => value === undefined)
        ? "all"
        : [...kept.flatMap(({ value = "" }) => value.match(/\w+/g) ?? []), ...assigned],
  };
}

type Option = { readonly name: string; readonly value: string | undefined };

/** Options by letter or name, with the values of those that have one, and the first word that is none. */
function readOptions(words: readonly Word[], { option, valued = [] }: Changer) {
  const given: Option[] = [];
  let first: Word | undefined;
  const hasValue = (one: string): boolean => option.includes(one) || valued.includes(one);
  const add = (name: string, value?: string): void => void given.push({ name, value });
  for (let at = 0; at < words.length; at++) {
    const text = words[at]!.value;
    if (text === undefined || !text.startsWith("-")) first ??= words[at];
    else if (text === "--") {
      first ??= words[at + 1];
      break;
    } else if (text === "-") add("");
    else if (text.startsWith("--")) {
      const [name = "", ...value] = text.slice(2).split("=");
      add(name, value.length > 0 ? value.join("=") : hasValue(name) ? words[++at]?.value : undefined);
    } else {
      const letters = [...text.slice(1)];
      const end = letters.findIndex(hasValue);
      for (const letter of letters.slice(0, end < 0 ? undefined : end)) add(letter);
      if (end >= 0) add(letters[end]!, letters.slice(end + 1).join("") || words[++at]?.value);
    }
  }
  return { given, first };
}
