#!/usr/bin/env node
// The process's edge. Bundled it is a CommonJS file that a Node of any age can read, and it loads nothing before it knows the age.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const alone: ReadonlySet<string> = new Set(["rewrite", "lint", "scan-image", "explain"]);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `buildseal: needs Node 22.15 or later, and this is ${process.versions.node}. Install a newer Node, or run it by the one you have: /path/to/node ${process.argv[1]}\n`,
  );
  process.exitCode = 2;
} else {
  start(process.argv);
}

async function start(argv: readonly string[]): Promise<void> {
  const name = argv[2] ?? "";
  // what only looks starts often and for a moment: each is one file, which is kept as V8 compiled it
  if (alone.has(name)) {
    const { loadProgram } = await import("./system/compiled-program.ts");
    const program = loadProgram<typeof import("./cli/entry/lint.ts")>(`${__dirname}/${name}.js`, process.env);
    await program.exports.runCommand(argv);
    const isUsual = Number(process.exitCode ?? 0) < 2 && !argv.includes("--help") && !argv.includes("-h");
    if (isUsual) program.keep();
  } else {
    const { runCommand } = await import("./cli/command.ts");
    await runCommand(argv);
  }
}
