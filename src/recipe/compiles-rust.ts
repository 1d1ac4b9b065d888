import { buildsPython, makesUnless, python, unlessTold } from "./build-tool.ts";
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

const runsSetup = starts(python, (words) => words.some((word) => /(?:^|\/)setup\.py$/.test(word)));

const makes = makesUnless("clean|distclean|install");

const buildsByOthers = either(
  starts("rustc"),
  runs("maturin", "build|b|develop|dev|publish|pep517"),
  runs("wasm-pack", "build|test"),
  runs("trunk", "build|serve|watch"),
);

/** Whether it runs Cargo or rustc so that they compile, or what may do that in its turn. */
export const compilesRust: Shows = either(
  unlessTold(either(buildsByCargo, buildsByOthers, makes, runsSetup)),
  buildsPython,
  namesCargo,
);
