import { wrappedBy } from "../dockerfile/shell/program.ts";
import type { Script, Word } from "../dockerfile/shell/script.ts";

/** What a step runs, as far as a recipe looks at it. */
export type Ran = {
  /** As written, continuations joined. */
  readonly text: string;
  readonly calls: readonly Call[];
};

/** A program that is run, and its arguments: without quotes, and as written where something is expanded in them. */
export type Call = { readonly program: string; readonly arguments: readonly string[] };

/** All that a script calls. What runs something else (`sudo`, `uv run`, `python -m`, `npx`) is a call, and what it runs is another. */
export function callsOf({ commands }: Script): Call[] {
  return commands.flatMap(({ words }) => {
    const calls: Call[] = [];
    let rest: readonly Word[] | undefined = words;
    while (rest !== undefined && rest.length > 0 && calls.length < deepest) {
      const [first = "", ...others] = rest.map(textOf);
      const call = { program: nameOf(first), arguments: others };
      calls.push(call);
      const at = launchedAt(call);
      rest = wrappedBy(rest) ?? (at === undefined ? undefined : rest.slice(at + 1));
    }
    return calls;
  });
}

/** One within another; more are made to slow us down. */
const deepest = 8;

const textOf = ({ value, raw }: Word): string => value ?? raw.replaceAll(/["']/g, "");

/** Without its folder, an ending of Windows's, and the version that `npx` and `corepack` take behind it. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/", path.length - 2) + 1).replace(/\.(?:exe|cmd|bat)$|(?<=\w)@.*$/, "");
}

/** Which argument of a call is a program that it starts, the rest being that one's. */
function launchedAt({ program, arguments: words }: Call): number | undefined {
  if (/^(?:python[\d.]*|pypy[\d.]*|py|\$.*)$/.test(program)) {
    const at = words.findIndex((word) => !word.startsWith("-") || /^-[A-Za-z]*m$/.test(word));
    return words[at]?.endsWith("m") && words[at].startsWith("-") ? at + 1 : undefined;
  }
  // a script of the program's own: `sh mvnw`, `node .yarn/releases/yarn-4.1.0.cjs`
  if (/^(?:sh|bash|dash|ash|zsh|node|npx|corepack|eval|parallel)$/.test(program)) {
    const at = words.findIndex((word) => !/^[-+]/.test(word));
    return at < 0 || words.slice(0, at).some((option) => /^-[a-z]*c$/.test(option)) ? undefined : at;
  }
  const at = program === "find" ? words.findIndex((word) => /^-(?:exec|ok)(?:dir)?$/.test(word)) : -1;
  return at < 0 ? undefined : at + 1;
}
