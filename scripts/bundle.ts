/** Bundles the program into a folder: `bundle.ts FOLDER`. */
import { createHash } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type BuildOptions, build, type Plugin } from "esbuild";
import manifest from "../package.json" with { type: "json" };

const [folder = ""] = process.argv.slice(2);
if (folder === "") throw new Error("name the folder to write to");

/** Of every source that has a part in what a search finds. */
function scannerHash(): string {
  const hash = createHash("sha256");
  for (const folder of ["src/secret", "src/layer", "src/scan"]) {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort();
    for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path));
  }
  return hash.digest("hex").slice(0, 16);
}

const shared: BuildOptions = {
  bundle: true,
  platform: "node",
  target: "node22.15",
  logLevel: "warning",
  define: { SCANNER_HASH: JSON.stringify(scannerHash()) },
};

await build({
  ...shared,
  packages: "external",
  splitting: true,
  format: "esm",
  entryPoints: { index: "src/index.ts" },
  outdir: folder,
  outExtension: { ".js": ".mjs" },
  chunkNames: "chunk/[name]-[hash]",
});
/**
 * For a shell the first lines start Node, for Node they say nothing. `--` ends Node's own options: else it takes `--env-file`
 * wherever it stands behind the program, and what the file has in NODE_OPTIONS (`system/env-file-word.ts`). Shells drop
 * variables whose names are none of theirs (`spring.datasource.url`): these come along in one (`system/odd-variable.ts`).
 */
const firstLines = String.raw`#!/bin/sh
":" //; buildseal_odd=; buildseal_name='^[A-Za-z_][A-Za-z0-9_]*='
":" //; if grep -qzv "$buildseal_name" /proc/$$/environ 2>/dev/null || [ $? -gt 1 ]
":" //; then buildseal_odd=$(tr '\0\n' '\n\001' </proc/$$/environ 2>/dev/null | grep -v "$buildseal_name" | base64 | tr -d '\n'); fi
":" //; unset buildseal_name; if [ -n "$buildseal_odd" ]; then export buildseal_odd; else unset buildseal_odd; fi; exec node -- "$0" "$@"`;
await build({
  ...shared,
  format: "cjs",
  banner: { js: firstLines },
  // so old that what reads it can say that it is too old
  target: "node12.22",
  entryPoints: ["src/main.ts"],
  outfile: join(folder, "main.js"),
});
chmodSync(join(folder, "main.js"), 0o755);

/** Every command with a configuration reads it by these, and as packages they are 160 files: 70 ms of its start. */
const bundled = ["yaml", "zod"];

/** zod's index names its messages in fifty languages, which would come along. */
const englishAlone: Plugin = {
  name: "english alone",
  setup({ onLoad }) {
    onLoad({ filter: /\/zod\/v4\/locales\/index\.js$/ }, () => ({ contents: "export {};" }));
  },
};

/**
 * ASCII alone is read and compiled in two thirds of the time. What esbuild leaves stands in comments, patterns and templates,
 * where an escape means the same.
 */
function escaped(code: string): string {
  return code.replace(/[^\x00-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

for (const entry of readdirSync("src/cli/entry")) {
  const { outputFiles } = await build({
    ...shared,
    format: "cjs",
    external: Object.keys(manifest.dependencies).filter((name) => !bundled.includes(name)),
    plugins: [englishAlone],
    supported: { "dynamic-import": false },
    entryPoints: [`src/cli/entry/${entry}`],
    write: false,
  });
  const code = Buffer.from(escaped(outputFiles[0]!.text));
  const stamp = `// ${createHash("sha256").update(code).digest("hex")}\n`;
  writeFileSync(join(folder, `${basename(entry, ".ts")}.js`), Buffer.concat([Buffer.from(stamp), code]));
}
const notices = bundled.map((name) => `${name}\n\n${readFileSync(`node_modules/${name}/LICENSE`, "utf8")}`);
writeFileSync(join(folder, "THIRD-PARTY-NOTICES"), notices.join("\n"));
// what does not say that it is a module is none: the package's own manifest says the opposite of the sources
writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }\n');
