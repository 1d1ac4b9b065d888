import type { Call } from "./call.ts";
import { has, runs, type Shows, starts } from "./command-sign.ts";
import { either } from "./own-writes.ts";

/** By subcommands that others add to Cargo too: `cargo chef cook`, `cargo auditable build`. */
const buildsByCargo = runs(
  "cargo|cross",
  "(?:[\\w-]+ )?(?:build|b|check|c|clippy|test|t|bench|run|r|rustc|doc|d|install|cook|nextest|zigbuild|ndk|tarpaulin|llvm-cov|miri)",
  {
    others:
      "new|init|help|clean|fmt|search|uninstall|owner|yank|login|logout|fetch|update|add|remove|rm|vendor|metadata|tree|info|pkgid|locate-project|generate-lockfile|package|publish|deny|audit|outdated|machete",
  },
);

/** By a word that a program which is not known runs (`retry 3 cargo build`), or in a script that is written here. */
const namesCargo = has(
  /\bcargo\s+(?:\+\S+\s+)?(?:build|b|check|c|clippy|test|t|bench|run|r|rustc|doc|d|install(?!\s+--list)|chef\s+cook|nextest|zigbuild|ndk|tarpaulin|(?:build|check|test)-[\w-]+)(?![\w-])|\bmaturin\s+(?:build|b|develop|dev|publish)\b/,
);

const buildsPython = either(
  runs("pip[\\d.]*", "install|wheel"),
  runs("uv", "(?:pip |tool )?(?:install|sync|build|run)"),
  // pip itself is a call of its own
  starts("python[\\d.]*|pypy[\\d.]*", (words) => words.some((word, at) => isModule(words[at - 1]) && word === "build")),
);

const isModule = (word: string | undefined): boolean => /^-[A-Za-z]*m$/.test(word ?? "");

const runsSetup = starts("python[\\d.]*|pypy[\\d.]*", (words) => words.some((word) => /(?:^|\/)setup\.py$/.test(word)));

/** With a target that may compile, or with none, which is all of them. */
const makes = either(
  starts("g?make|ninja|meson", (words) =>
    mayCompile(words.filter((word, at) => isTarget(word) && !takesNext.test(words[at - 1] ?? ""))),
  ),
  starts(
    "cmake",
    (words) =>
      !words.includes("--install") &&
      mayCompile(words.filter((_, at) => /^(?:--target|-t)$/.test(words[at - 1] ?? ""))),
  ),
);

const mayCompile = (targets: readonly string[]): boolean =>
  targets.length === 0 || !targets.every((target) => /^(?:clean|distclean|install)$/.test(target));

/** Neither an option, a setting, nor how many at a time. */
const isTarget = (word: string): boolean => !/^-|^\d+$|^\w+\+?=/.test(word);

const takesNext = /^(?:-[A-Za-z]*[CfIoW]|--(?:directory|file|makefile|destdir))$/;

const buildsByOthers = either(
  starts("rustc"),
  runs("maturin", "build|b|develop|dev|publish|pep517"),
  runs("wasm-pack", "build|test"),
  runs("trunk", "build|serve|watch"),
);

/** Of the calls that do not only tell of their program; behind `--` are another one's options. */
function unlessTold(shows: Shows): Shows {
  return ({ text, calls }) => shows({ text, calls: calls.filter((call) => !tellsOfItself(call)) });
}

function tellsOfItself({ program, arguments: words }: Call): boolean {
  const end = words.indexOf("--");
  const own = end < 0 ? words : words.slice(0, end);
  // ninja's only says more
  if (own.length === 1 && own[0] === "-v") return program !== "ninja";
  return own.some((word) => /^(?:--version|--help|--list|--print(?:=.*)?|-V|-vV|-h)$/.test(word));
}

/** Whether it runs Cargo or rustc so that they compile, or what may do that in its turn. */
export const compilesRust: Shows = either(
  unlessTold(either(buildsByCargo, buildsByOthers, makes, runsSetup)),
  buildsPython,
  namesCargo,
);
