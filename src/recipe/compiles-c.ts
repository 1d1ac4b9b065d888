import { buildsPython, cmake, isModuleOption, make, makesUnless, pip, python, unlessTold } from "./build-tool.ts";
import type { Call } from "./call.ts";
import { has, runs, type Shows, starts } from "./command-sign.ts";
import { isHandled } from "./named-program.ts";
import { either } from "./own-writes.ts";

/** A target `install` makes first what is missing, unlike `cmake --install`. */
const makes = makesUnless("clean|distclean");

const others = either(
  starts("make[\\w.-]*\\.(?:sh|bash|py)|ctest\\d?|configure|catkin_make(?:_isolated)?"),
  runs("colcon", "build|test"),
  runs("catkin", "build|test"),
);

/** Whatever the script is: many compile by a way of their own. */
const runsPython = starts(python, (words) => {
  const at = words.findIndex((word) => !word.startsWith("-"));
  if (at < 0 || words.slice(0, at).some((word) => /^(?:--version|--help|-V+|-h)$/.test(word))) return false;
  if (words.slice(at + 1).some((word) => /^--(?:version|help)$/.test(word))) return false;
  return !(isModuleOption(words[at - 1]) ? idleModule : idleScript).test(words[at]!);
});

/** pip itself is a call of its own. */
const idleModule =
  /^(?:pip|venv|virtualenv|ensurepip|compileall|http\.server|json\.tool|site|sysconfig|zipfile|tarfile)$/;

const idleScript = /^(?:.*\/)?(?:manage|get-pip)\.py$/;

const compiles = either(unlessTold(either(makes, others)), runsPython, buildsPython);

/** By a word that a program which is not known runs: `retry 3 make`. */
const compilesBehind: Shows = ({ text, calls }) => compiles({ text, calls: calls.flatMap(behind) });

const tool = new RegExp(`^(?:${cmake}|${make}|${python}|ctest\\d?|${pip}|uv)$`);

/** As a word that is a program, and no folder of that name: `make`, `/usr/bin/make`, `../configure`. */
function isTool(word: string): boolean {
  if (/^-|[=:]/.test(word)) return false;
  const at = word.lastIndexOf("/") + 1;
  const [folder, name] = [word.slice(0, at), word.slice(at)];
  return name === "configure" ? folder !== "" : tool.test(name) && (folder === "" || folder.endsWith("bin/"));
}

function behind({ program, arguments: words, as }: Call): Call[] {
  if (isTool(program) || namesOnly.test(program)) return [];
  const first = words.findIndex((word) => commandsIn(word).length > 0);
  if (first < 0 || isHandled([program, ...words.slice(0, first)].join(" "))) return [];
  const places = words.flatMap((word, at) => (commandsIn(word).length > 0 ? [at] : [])).slice(0, most);
  return places.flatMap((at) =>
    commandsIn(words[at]!).map(([name = "", ...own]) => ({
      program: name.replace(/^.*\//, ""),
      arguments: own.length > 0 ? own : words.slice(at + 1),
      as,
    })),
  );
}

/** A word is a command's first, or holds commands: `nix-shell --run "cmake .. && make"`. */
function commandsIn(word: string): string[][] {
  const commands = word.split(/[;&|\n]/).map((part) => part.trim().split(/\s+/));
  return commands.filter(([name = ""]) => isTool(name)).slice(0, most);
}

/** More are made to slow us down. */
const most = 8;

/** What only says, shows or looks for a name, or makes an environment with it. */
const namesOnly = /^(?:echo|printf|cat|find|grep|sed|virtualenv)$/;

/** In a script that is written here, or behind what is filled in; not where it is `clean` alone. */
const namesBuild = has(
  /\bcmake\s+--build\b(?!.*(?:--target|-t)\s+(?:dist)?clean\b)|\b(?:make|ninja)\s+-[jC](?!.*\s(?:dist)?clean\b)|\.\/configure\b(?!\s+--(?:help|version))|\bsetup\.py\s+(?:build|install|develop|bdist)|\bpip[\d.]*\s+(?:install|wheel)\b/,
);

/** Where a build is told of a compiler, or of what is to start it. */
export const compilerVariables = [
  ...["C", "CXX", "CUDA", "HIP"].map((language) => `CMAKE_${language}_COMPILER_LAUNCHER`),
  ...["CC", "CXX", "NVCC", "CUDACXX"],
];

/** Whether it runs a compiler of C or C++ by a build tool, or what may do that in its turn. */
export const compilesC: Shows = either(compiles, compilesBehind, namesBuild);
