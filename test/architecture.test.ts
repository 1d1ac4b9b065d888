import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { describe, expect, test } from "vitest";

/** The stages, left to right: a stage imports only what stands before it. */
const stages = [
  "schema",
  "secret",
  "finding",
  "dockerfile",
  "workflow",
  "identity",
  "source",
  "recipe",
  "grant",
  "migrate",
  "lint",
  "buildx",
  "image",
  "layer",
  "scan",
  "verify",
  "gate",
  "report",
  "config",
  "doctor",
  "cli",
];
const root = resolve(import.meta.dirname, "..");
const source = join(root, "src");

/** What a stage may use of Node: what computes. Files, processes and the network belong to system/. */
const computing = new Set([
  "buffer",
  "crypto",
  "path",
  "stream",
  "stream/consumers",
  "stream/promises",
  "string_decoder",
  "util",
  "zlib",
]);
const edges = new Set(["system", "cli"]);

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): string[] {
  const text = readFileSync(file, "utf8");
  return [...text.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|^import\s+)"([^"]+)"/gm)].map((match) => match[1]!);
}

function folderOf(file: string): string {
  const [first = "", second] = relative(source, file).split(sep);
  return second === undefined ? "" : first;
}

const files = filesUnder(source);

describe("the stages", () => {
  test("every folder under src is a stage, or system", () => {
    const folders = new Set(files.map(folderOf).filter((folder) => folder !== ""));
    expect([...folders].filter((folder) => !stages.includes(folder) && folder !== "system")).toEqual([]);
  });

  test("a stage imports only stages before it, and only cli imports system", () => {
    const wrong: string[] = [];
    for (const file of files) {
      const from = folderOf(file);
      if (from === "" || from === "cli") continue;
      for (const name of importsOf(file).filter((name) => name.startsWith("."))) {
        const to = folderOf(resolve(dirname(file), name));
        if (to === "" || to === from) continue;
        const allowed = from === "system" ? to !== "cli" : to !== "system" && stages.indexOf(to) < stages.indexOf(from);
        if (!allowed) wrong.push(`${relative(root, file)} imports ${name}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("no file imports in a circle", () => {
    const graph = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter((name) => name.startsWith("."))
          .map((name) => resolve(dirname(file), name)),
      ]),
    );
    const done = new Set<string>();
    const circles: string[] = [];
    const walk = (file: string, path: string[]): void => {
      if (path.includes(file)) {
        circles.push([...path.slice(path.indexOf(file)), file].map((name) => relative(root, name)).join(" → "));
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(circles).toEqual([]);
  });

  test("a stage uses of Node only what computes", () => {
    const wrong: string[] = [];
    for (const file of files) {
      if (edges.has(folderOf(file)) || folderOf(file) === "") continue;
      for (const name of importsOf(file)) {
        if (!name.startsWith("node:") || computing.has(name.slice(5))) continue;
        wrong.push(`${relative(root, file)} imports ${name}`);
      }
      const text = readFileSync(file, "utf8").replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "");
      for (const reach of text.matchAll(
        /(?<!-)\bprocess\.\w+|\bDate\.now\(|\bnew Date\(\)|\bset(?:Timeout|Interval)\(|\bMath\.random\(|\bfetch\(/g,
      )) {
        wrong.push(`${relative(root, file)} uses ${reach[0]}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("no folder or file is a drawer for odds and ends", () => {
    const drawers = /(?:^|[/-])(?:utils?|helpers?|common|types|misc|lib)(?:\.ts$|\/|-)/;
    expect(files.map((file) => relative(source, file)).filter((file) => drawers.test(file))).toEqual([]);
  });
});
