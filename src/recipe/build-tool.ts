import type { Call } from "./call.ts";
import { runs, type Shows, starts } from "./command-sign.ts";
import { either } from "./own-writes.ts";

/** As programs are named: `x86_64-w64-mingw32-cmake`, `ninja-build`, `python$VERSION`. */
export const cmake = "(?:.*-)?cmake\\d?";
export const make = "(?:.*-)?g?make|ninja(?:-build)?|meson";
export const python = "python[\\d.]*(?:\\$.*)?|pypy[\\d.]*";
export const pip = "pip[\\d.]*(?:\\$.*)?";

/** With a target that may compile, or with none, which is all of them; `idle` are those that do not. */
export function makesUnless(idle: string): Shows {
  const none = new RegExp(`^(?:${idle})$`);
  const mayCompile = (targets: readonly string[]): boolean =>
    targets.length === 0 || !targets.every((target) => none.test(target));
  return either(
    starts(make, (words) =>
      mayCompile(words.filter((word, at) => isTarget(word) && !takesNext.test(words[at - 1] ?? ""))),
    ),
    starts(
      cmake,
      (words) =>
        !words.includes("--install") &&
        !(words[0] === "-E" && !/^(?:env|time|chdir|bench)$/.test(words[1] ?? "")) &&
        mayCompile(words.filter((_, at) => /^(?:--target|-t)$/.test(words[at - 1] ?? ""))),
    ),
  );
}

/** Neither an option, a setting, nor how many at a time. */
const isTarget = (word: string): boolean => !/^-|^\d+$|^\w+\+?=/.test(word);

const takesNext = /^(?:-[A-Za-z]*[CfIoW]|--(?:directory|file|makefile|destdir))$/;

export const buildsPython = either(
  runs(pip, "install|wheel"),
  runs("uv", "(?:pip |tool )?(?:install|sync|build|run)|add"),
  // pip itself is a call of its own
  starts(python, (words) => words.some((word, at) => isModuleOption(words[at - 1]) && word === "build")),
);

export const isModuleOption = (word: string | undefined): boolean => /^-[A-Za-z]*m$/.test(word ?? "");

/** Of the calls that do not only tell of their program; behind `--` are another one's options. */
export function unlessTold(shows: Shows): Shows {
  return ({ text, calls }) => shows({ text, calls: calls.filter((call) => !tellsOfItself(call)) });
}

function tellsOfItself({ program, arguments: words }: Call): boolean {
  const end = words.indexOf("--");
  const own = (end < 0 ? words : words.slice(0, end)).filter((word) => !saysMore.test(`${program} ${word}`));
  if (own.length === 1 && own[0] === "-v") return true;
  return own.some((word) => /^(?:--version|--help|--list|--print(?:=.*)?|-V|-vV|-h)$/.test(word));
}

/** What of another program tells of itself. */
const saysMore = /^(?:ninja(?:-build)? -v|ctest\d? -V)$/;
