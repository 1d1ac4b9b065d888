/** Bundles the program into a folder: `bundle.ts FOLDER`. */
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { type BuildOptions, build } from "esbuild";

const [folder = ""] = process.argv.slice(2);
if (folder === "") throw new Error("name the folder to write to");

const shared: BuildOptions = {
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node22.15",
  packages: "external",
  entryNames: "[name]",
  chunkNames: "chunk/[name]-[hash]",
  logLevel: "warning",
};

await build({
  ...shared,
  entryPoints: ["src/main.ts", "src/index.ts"],
  outdir: folder,
  plugins: [
    {
      name: "commands that are bundles of their own",
      setup({ onResolve }) {
        onResolve({ filter: /^\.\/cli\/entry\// }, ({ path }) => ({
          path: `./${nameOf(path)}/${nameOf(path)}.js`,
          external: true,
        }));
      },
    },
  ],
});
// Bundled with the rest the code of each would lie in 40 files, and a file takes a third of a millisecond to load.
for (const name of readdirSync("src/cli/entry").map(nameOf)) {
  await build({ ...shared, entryPoints: [`src/cli/entry/${name}.ts`], outdir: `${folder}/${name}` });
}

function nameOf(path: string): string {
  return basename(path, ".ts");
}
