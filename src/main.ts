#!/usr/bin/env node
// The process's edge. It stays so plain that a Node of any age can read it, and it loads nothing before it knows the age.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `buildseal: needs Node 22.15 or later, and this is ${process.versions.node}. Install a newer Node, or run it by the one you have: /path/to/node ${process.argv[1]}\n`,
  );
  process.exitCode = 2;
} else {
  // What looks at files starts often and for a moment: each is a bundle of its own, of a quarter of the files.
  const alone = {
    rewrite: () => import("./cli/entry/rewrite.ts"),
    lint: () => import("./cli/entry/lint.ts"),
    explain: () => import("./cli/entry/explain.ts"),
  };
  const name = process.argv[2] ?? "";
  const loaded = Object.hasOwn(alone, name) ? alone[name as keyof typeof alone]() : import("./cli/command.ts");
  loaded.then(({ runCommand }) => runCommand(process.argv));
}
