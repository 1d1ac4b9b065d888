#!/usr/bin/env node
// The process's edge. It stays so plain that a Node of any age can read it, and it loads nothing before it knows the age.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  process.stderr.write(
    `buildseal: needs Node 22.15 or later, and this is ${process.versions.node}. Install a newer Node, or run it by the one you have: /path/to/node ${process.argv[1]}\n`,
  );
  process.exitCode = 2;
} else {
  import("./cli/command.ts").then(({ runCommand }) => runCommand(process.argv));
}
