import { programOf, wrappedBy } from "../dockerfile/shell/program.ts";
import { readShell } from "../dockerfile/shell/read-shell.ts";
import { runAs, within } from "../dockerfile/shell/run-as.ts";
import type { RunAs, Script, Word } from "../dockerfile/shell/script.ts";

/** What a step runs, as far as a recipe looks at it. */
export type Ran = {
  /** As written, continuations joined. */
  readonly text: string;
  readonly calls: readonly Call[];
};

export type Call = {
  readonly program: string;
  /** Without quotes, and as written where something is expanded in them. */
  readonly arguments: readonly string[];
  /** As whom it is run, where another program changes that. */
  readonly as: RunAs | undefined;
};

/** All that a script calls. What runs something else (`sudo`, `uv run`, `python -m`, `npx`) is a call, and what it runs is another. */
export function callsOf({ commands, scopes }: Script, depth = 0, outer?: RunAs): Call[] {
  const begunAs: (RunAs | undefined)[] = [];
  for (const { parent, as } of scopes) begunAs.push(within(parent === undefined ? outer : begunAs[parent], as));
  return commands.flatMap(({ words, scope }) => {
    const calls: Call[] = [];
    let rest: readonly Word[] | undefined = spelledOut(words);
    let as = begunAs[scope];
    while (rest !== undefined && rest.length > 0 && calls.length < deepest) {
      const [first = "", ...others] = rest.map(textOf);
      const call = { program: nameOf(first), arguments: others, as };
      calls.push(call);
      const inner = wrappedBy(rest);
      const at = launchedAt(call);
      as = within(as, runAs(inner === undefined ? rest : rest.slice(0, rest.length - inner.length)));
      const started: readonly Word[] | undefined = inner ?? (at === undefined ? undefined : rest.slice(at + 1));
      rest = started && spelledOut(started);
    }
    if (depth === deepest) return calls;
    return [...calls, ...scriptsIn(words).flatMap((script) => callsOf(readShell(script), depth + 1, as))];
  });
}

/** What a program that is not known to run another one has a shell run: `retry bash -c "npm ci"`. */
function scriptsIn(words: readonly Word[]): string[] {
  const program = programOf({ words }) ?? "";
  // a shell's own script the shell's reader has read, and what is printed is text
  if (isShell(program) || /^(?:echo|printf)$/.test(program)) return [];
  const found: string[] = [];
  for (let at = 1; at < words.length; at++) {
    if (!isShell(textOf(words[at]!))) continue;
    let takesScript = false;
    while (/^[-+]./.test(words[at + 1]?.value ?? "")) {
      const option = words[++at]!.value!;
      takesScript ||= /^-[A-Za-z]*c$/.test(option);
      if (/[oO]$/.test(option)) at++;
    }
    const script = takesScript ? words[at + 1] : undefined;
    if (script !== undefined) found.push(script.value ?? unquoted(script.raw));
  }
  return found;
}

const isShell = (word: string): boolean => /^(?:sh|bash|dash|ash|ksh|mksh|zsh|rbash)$/.test(nameOf(word));

/** Something is expanded in it, so it stands in double quotes, or in none. */
function unquoted(raw: string): string {
  const inner = /^"(.*)"$/s.exec(raw)?.[1];
  return inner === undefined ? raw : inner.replaceAll(/\\(["$`\\])/g, "$1");
}

/** One within another; more are made to slow us down. */
const deepest = 8;

const textOf = ({ value, raw }: Word): string => value ?? raw.replaceAll(/["']/g, "");

/** Without its folder, an ending of Windows's, and the version that `npx` and `corepack` take behind it. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/", path.length - 2) + 1).replace(/\.(?:exe|cmd|bat)$|(?<=\w)@.*$/, "");
}

/** A module right behind Python's `-m` as a word of its own: `python -mpip` is `python -m pip`. */
function spelledOut(words: readonly Word[]): readonly Word[] {
  const [first, ...others] = words;
  if (first === undefined || !/^(?:python.*|pypy[\d.]*|py)$/.test(nameOf(textOf(first)))) return words;
  const at = optionAt(others.map(textOf), attachedModule);
  if (at === undefined) return words;
  const [, ...parts] = attachedModule.exec(textOf(others[at]!))!;
  const spelled = parts.map((part): Word => ({ ...others[at]!, raw: part, value: part }));
  return [first, ...others.slice(0, at), ...spelled, ...others.slice(at + 1)];
}

/** Of the letters before it none takes a value. */
const attachedModule = /^(-[bBdEiIOPqRsSuvx]*m)(\w[\w.]*)$/;

/** Where one of Python's own options is that looks so: they stand before what it is to run. */
function optionAt(words: readonly string[], option: RegExp): number | undefined {
  for (let at = 0; words[at]?.startsWith("-"); at++) {
    if (option.test(words[at]!)) return at;
    if (/^(?:-[A-Za-z]*[WX]|--check-hash-based-pycs)$/.test(words[at]!)) at++;
  }
  return undefined;
}

/** Which argument of a call is a program that it starts, the rest being that one's. */
function launchedAt({ program, arguments: words }: Call): number | undefined {
  // what is filled in may be Python: `$PYTHON -m pip`, `{{ python }} -m pip`, `@PYTHON@ -m pip`
  if (/^(?:python.*|pypy[\d.]*|py|.*[$`].*|.*\{[{%].*|.*<%.*|%%.*|@[A-Z].*)$/s.test(program)) {
    const at = optionAt(words, /^-[A-Za-z]*m$/);
    return at === undefined ? undefined : at + 1;
  }
  // a script of the program's own: `sh mvnw`, `node .yarn/releases/yarn-4.1.0.cjs`
  if (/^(?:sh|bash|dash|ash|zsh|node|npx|corepack|eval|parallel)$/.test(program)) {
    const at = words.findIndex((word) => !/^[-+]/.test(word));
    return at < 0 || words.slice(0, at).some((option) => /^-[a-z]*c$/.test(option)) ? undefined : at;
  }
  const at = program === "find" ? words.findIndex((word) => /^-(?:exec|ok)(?:dir)?$/.test(word)) : -1;
  return at < 0 ? undefined : at + 1;
}
