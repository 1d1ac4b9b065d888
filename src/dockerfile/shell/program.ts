import type { ShellCommand, Word } from "./script.ts";

/** What a command comes down to: `sudo -u app env A=b curl -s x` is curl with `-s` and `x`. */
export type Invocation = {
  readonly program: string;
  readonly words: readonly Word[];
  readonly arguments: readonly Word[];
};

/** The basename of the program that runs, looking through `env`, `sudo`, `exec`, `xargs` and the like. */
export function programOf(command: { readonly words: readonly Word[] }): string | undefined {
  return invocationOf(command)?.program;
}

/** The program and its arguments; undefined where there is none, or its name is not known. `words[0]` is the program. */
export function invocationOf(command: { readonly words: readonly Word[] }): Invocation | undefined {
  const all = command.words;
  let at = 0;
  // a line may be made of wrappers alone: their words are not copied for each
  for (let inner = innerAt(all, at); inner !== undefined; inner = innerAt(all, at)) at = inner;
  const program = baseName(all[at]?.value);
  return program === undefined ? undefined : { program, words: all.slice(at), arguments: all.slice(at + 1) };
}

/** The programs of a command, each of which runs the next: `sudo`, `env` and `curl`; and where they stand. */
export function programsIn(words: readonly Word[]): { readonly name: string; readonly at: number }[] {
  const found: { name: string; at: number }[] = [];
  for (let at: number | undefined = 0; at !== undefined && at < words.length; at = innerAt(words, at)) {
    found.push({ name: baseName(words[at]!.value) ?? "", at });
  }
  return found;
}

/** The words that the first of these runs as a command: `uv sync` of `sudo uv sync`; undefined where it is no wrapper. */
export function wrappedBy(words: readonly Word[]): readonly Word[] | undefined {
  const inner = innerAt(words, 0);
  return inner === undefined ? undefined : words.slice(inner);
}

function innerAt(words: readonly Word[], from: number): number | undefined {
  const wrapper = WRAPPERS.get(baseName(words[from]?.value) ?? "");
  return wrapper === undefined ? undefined : skipWrapper(words, from, wrapper);
}

function baseName(path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.exe$/, "");
  return name === "" ? undefined : name;
}

type Wrapper = {
  /** Short options that take the next word, where nothing follows them in their own. */
  readonly short: string;
  /** Long options that do. */
  readonly long?: readonly string[];
  /** How many words it takes for itself before the program. */
  readonly own?: number;
  /** It takes `NAME=value` words. */
  readonly assigns?: boolean;
  /** Words that must come first: `conda run`. */
  readonly first?: string;
  /** A word of its own that may stand before the program. */
  readonly may?: RegExp;
  /** It runs its words only with one of these: else they are a user and what that one's shell takes. */
  readonly needs?: RegExp;
  /** Short options with which it runs nothing. */
  readonly inert?: string;
};

const WRAPPERS: ReadonlyMap<string, Wrapper> = new Map<string, Wrapper>([
  ["builtin", { short: "" }],
  ["busybox", { short: "" }],
  ["catchsegv", { short: "" }],
  ["chroot", { short: "", own: 1 }],
  ["chrt", { short: "TPD", own: 1 }],
  ["command", { short: "", inert: "vV" }],
  ["conda", { short: "npe", long: ["--name", "--prefix"], first: "run" }],
  ["doas", { short: "uC" }],
  ["dumb-init", { short: "r" }],
  ["eatmydata", { short: "" }],
  ["env", { short: "uC", long: ["--unset", "--chdir"], assigns: true }],
  ["exec", { short: "a" }],
  ["fakeroot", { short: "lsib" }],
  ["gosu", { short: "", own: 1 }],
  ["ionice", { short: "cnp" }],
  ["linux32", { short: "" }],
  ["linux64", { short: "" }],
  ["mamba", { short: "npe", long: ["--name", "--prefix"], first: "run" }],
  ["micromamba", { short: "npe", long: ["--name", "--prefix"], first: "run" }],
  ["mvn-entrypoint.sh", { short: "" }],
  ["nice", { short: "n", long: ["--adjustment"] }],
  ["nohup", { short: "" }],
  ["noglob", { short: "" }],
  ["nvm", { short: "", first: "exec", may: /^(?:v?\d[\d.]*|lts\/.+)$/ }],
  ["pipenv", { short: "", first: "run" }],
  ["poetry", { short: "", first: "run" }],
  ["runuser", { short: "ugGw", long: ["--user", "--group"], needs: /^(?:-u|--user\b)/ }],
  ["setarch", { short: "", own: 1 }],
  [
    "setpriv",
    {
      short: "",
      long: [
        ...["--reuid", "--ruid", "--euid", "--regid", "--rgid", "--egid", "--groups"],
        ...["--inh-caps", "--ambient-caps", "--bounding-set", "--securebits", "--pdeathsig"],
      ],
    },
  ],
  ["setsid", { short: "" }],
  ["stdbuf", { short: "ioe" }],
  ["su-exec", { short: "", own: 1 }],
  [
    "sudo",
    { short: "CDghpRrTtUu", long: ["--user", "--group", "--host", "--chdir", "--prompt"], assigns: true, inert: "lvK" },
  ],
  ["taskset", { short: "", own: 1 }],
  ["time", { short: "fo" }],
  ["timeout", { short: "ks", long: ["--signal", "--kill-after"], own: 1 }],
  ["tini", { short: "p" }],
  ["unbuffer", { short: "" }],
  ["unshare", { short: "" }],
  ["uv", { short: "p", long: ["--with", "--python", "--extra", "--group", "--project", "--directory"], first: "run" }],
  ["winpty", { short: "" }],
  [
    "xargs",
    { short: "aEdILnPs", long: ["--arg-file", "--delimiter", "--max-args", "--max-lines", "--max-procs", "--replace"] },
  ],
]);

/** Where the program stands that the wrapper at `from` runs; undefined where it runs none. */
function skipWrapper(words: readonly Word[], from: number, wrapper: Wrapper): number | undefined {
  let at = from + 1;
  if (wrapper.first !== undefined && words[at++]?.value !== wrapper.first) return undefined;
  for (; at < words.length; at++) {
    const value = words[at]!.value;
    if (value === "--") {
      at++;
      break;
    }
    if (wrapper.assigns && isSetting(words[at])) continue;
    if (value === undefined || !value.startsWith("-") || value === "-") break;
    if (
      wrapper.inert !== undefined &&
      !value.startsWith("--") &&
      [...wrapper.inert].some((letter) => value.includes(letter))
    )
      return undefined;
    if (takesNext(value, wrapper)) at++;
  }
  // a lone - is env -i
  while (wrapper.assigns && (words[at]?.value === "-" || isSetting(words[at]))) at++;
  if (wrapper.needs !== undefined && !words.slice(from + 1, at).some(({ value }) => wrapper.needs!.test(value ?? "")))
    return undefined;
  if (wrapper.may?.test(words[at]?.value ?? "")) at++;
  at += wrapper.own ?? 0;
  return at < words.length ? at : undefined;
}

/** Unlike a shell, a program does not see whether the name was in quotes. */
function isSetting(word: Word | undefined): boolean {
  return /^[A-Za-z_]\w*=/.test(word?.value ?? word?.raw ?? "");
}

function takesNext(option: string, { short, long }: Wrapper): boolean {
  if (option.startsWith("--")) return long?.includes(option) ?? false;
  const letter = [...option.slice(1)].findIndex((each) => short.includes(each));
  return letter >= 0 && letter === option.length - 2;
}

/** The words of a command that hold `NAME=value` before the program: its assignments and those of `env` and `sudo`. */
export function environmentOf(command: ShellCommand): readonly { readonly name: string; readonly value: Word }[] {
  const inner = invocationOf(command);
  const before =
    inner === undefined ? command.words : command.words.slice(0, command.words.length - inner.words.length);
  return [...command.assignments, ...before.flatMap((word) => settingIn(word) ?? [])];
}

/** `NAME=value` in a word, in quotes too: of these the value's place is not known, and the whole word is taken for it. */
export function settingIn(word: Word): { readonly name: string; readonly value: Word } | undefined {
  const named = NAMED.exec(word.value ?? "");
  return (
    assignmentIn(word) ??
    (named === null ? undefined : { name: named[1]!, value: { ...word, value: word.value!.slice(named[0].length) } })
  );
}

const NAMED = /^([A-Za-z_][A-Za-z0-9_]*)\+?=/;

/** `NAME=value` in a word, as `export`, `env` and build arguments take it. */
export function assignmentIn(word: Word): { readonly name: string; readonly value: Word } | undefined {
  const named = NAMED.exec(word.raw);
  if (named === null) return undefined;
  const width = named[0].length;
  const value = word.value?.slice(width);
  return { name: named[1]!, value: { ...word, start: word.start + width, raw: word.raw.slice(width), value } };
}
