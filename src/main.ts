// The process's edge. Bundled it is a CommonJS file that a Node of any age can read, and it loads nothing before it knows the age.
import { commands } from "./cli/commands.ts";
import { placeOfName } from "./cli/plugin-words.ts";
import { restoreOddVariables } from "./system/odd-variable.ts";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `buildseal: needs Node 22.15 or later, and this is ${process.versions.node}. Install a newer Node, or run it by the one you have: /path/to/node -- ${process.argv[1]}\n`,
  );
  process.exitCode = 2;
} else {
  start(process.argv);
}

/** Each command is one file, which is kept as V8 compiled it: half of a short run was loading and compiling. */
async function start(argv: readonly string[]): Promise<void> {
  restoreOddVariables(process.env);
  const { loadProgram } = await import("./system/compiled-program.ts");
  const program = loadProgram<typeof import("./cli/entry/about.ts")>(`${__dirname}/${nameOf(argv)}.js`, process.env);
  await program.exports.runProgram(argv);
  const isUsual = Number(process.exitCode ?? 0) < 2 && !argv.includes("--help") && !argv.includes("-h");
  if (isUsual) program.keep();
}

function nameOf(argv: readonly string[]): string {
  // docker calls its plugin with its own flags before our name
  const isPlugin = /(?:^|\/)docker-buildseal$/.test(argv[1] ?? "");
  const words = argv.slice(2);
  const name = words[isPlugin ? placeOfName(words) + 1 : 0] ?? "";
  return Object.hasOwn(commands, name) ? name : "about";
}
