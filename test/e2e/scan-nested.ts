import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fill } from "./plant.ts";
import { createScratch } from "./scratch.ts";
import type { ImageTools } from "./service/image-tool.ts";

/** Archives of every kind, made by the programs that people make them with, each with a value in it. */
export interface Nested {
  /** The plant's name, and the archive's path in the folder. */
  readonly name: string;
  readonly path: string;
  /** Where in it the value lies. */
  readonly inner: readonly string[];
}

const text = (value: string): string => `# a file\nname=x\ntoken=${value}\n`;
/** Where `text` has the value. */
export const textPlace = { line: 3, offset: "# a file\nname=x\ntoken=".length };

/** Fills a folder with archives. */
export async function writeNested(folder: string, fill: Fill, tools: ImageTools): Promise<readonly Nested[]> {
  const made: Nested[] = [];
  mkdirSync(folder, { recursive: true });
  const source = (name: string): string => {
    const here = createScratch("nested");
    mkdirSync(join(here, "in"));
    writeFileSync(join(here, "in", "secret.txt"), text(fill(name)));
    return here;
  };
  const add = (name: string, path: string, inner: readonly string[]): void => void made.push({ name, path, inner });

  const tars: readonly (readonly [string, readonly string[]])[] = [
    ["tar", []],
    ["tar.gz", ["-z"]],
    ["tar.xz", ["-J"]],
    ["tar.bz2", ["-j"]],
    ["tar.zst", ["--zstd"]],
  ];
  for (const [extension, flags] of tars) {
    const name = `nested ${extension}`;
    await tools.run("tar", [...flags, "-cf", join(folder, `a.${extension}`), "-C", source(name), "in"]);
    add(name, `a.${extension}`, ["in/secret.txt"]);
  }
  const zips: readonly (readonly [string, readonly string[]])[] = [
    ["zip", []],
    ["whl", ["-0"]],
    ["jar", ["-9"]],
  ];
  for (const [extension, flags] of zips) {
    const name = `nested ${extension}`;
    await tools.run("zip", ["-q", ...flags, "-r", join(folder, `a.${extension}`), "in"], { cwd: source(name) });
    add(name, `a.${extension}`, ["in/secret.txt"]);
  }
  const packed: readonly (readonly [string, string])[] = [
    ["gzip", "log.gz"],
    ["pigz", "log.1.gz"],
    ["zstd", "log.zst"],
    ["xz", "log.xz"],
    ["bzip2", "log.bz2"],
  ];
  for (const [program, path] of packed) {
    const name = `packed by ${program}`;
    writeFileSync(join(folder, path), await tools.pipe(program, ["-c"], Buffer.from(text(fill(name)))));
    add(name, path, []);
  }
  for (const compression of ["gzip", "xz", "zstd", "none"]) {
    const name = `deb with ${compression}`;
    const here = createScratch("package");
    mkdirSync(join(here, "DEBIAN"));
    mkdirSync(join(here, "etc"));
    chmodSync(here, 0o755);
    chmodSync(join(here, "DEBIAN"), 0o755);
    const control = ["Package: made", "Version: 1", "Architecture: all", "Maintainer: nobody", "Description: made", ""];
    writeFileSync(join(here, "DEBIAN", "control"), control.join("\n"));
    writeFileSync(join(here, "etc", "secret.txt"), text(fill(name)));
    const path = `made-${compression}.deb`;
    await tools.run("dpkg-deb", [`-Z${compression}`, "--root-owner-group", "-b", here, join(folder, path)]);
    const member = { gzip: "data.tar.gz", xz: "data.tar.xz", zstd: "data.tar.zst", none: "data.tar" }[compression]!;
    add(name, path, [member, "etc/secret.txt"]);
  }

  // Three in each other: a zip in a tar.gz in a zip.
  const deep = source("deep");
  await tools.run("zip", ["-q", "-r", "one.zip", "in"], { cwd: deep });
  await tools.run("tar", ["-czf", "two.tgz", "one.zip"], { cwd: deep });
  await tools.run("zip", ["-q", join(folder, "three.zip"), "two.tgz"], { cwd: deep });
  add("deep", "three.zip", ["two.tgz", "one.zip", "in/secret.txt"]);

  // What npm keeps of a package: its tgz under the name of its hash.
  const cached = source("npm cache");
  const place = "_cacache/content-v2/sha512/ab/cd";
  mkdirSync(join(folder, place), { recursive: true });
  await tools.run("tar", ["-czf", join(folder, place, "ef01"), "-C", cached, "in"]);
  add("npm cache", `${place}/ef01`, ["in/secret.txt"]);
  return made;
}

const git = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.com", "-c", "init.defaultBranch=main"];

/** Where in a repository's `.git` a value lies; `inner` begins so. */
export interface InGit {
  readonly name: string;
  readonly path: string;
  readonly inner: string | undefined;
}

/** A repository's `.git`: a value in a loose object, one in a packed one, one in a commit's message, one in what a delta adds. */
export async function writeGit(folder: string, fill: Fill, tools: ImageTools): Promise<readonly InGit[]> {
  const work = createScratch("work");
  const commit = async (message: string): Promise<void> => {
    await tools.run("git", [...git, "add", "-A"], { cwd: work });
    await tools.run("git", [...git, "commit", "-q", "-m", message], { cwd: work });
  };
  await tools.run("git", [...git, "init", "-q"], { cwd: work });
  const long = Array.from({ length: 400 }, (_, line) => `line ${line} ${line * line}`);
  writeFileSync(join(work, "packed.txt"), text(fill("git packed")));
  writeFileSync(join(work, "long.txt"), long.join("\n"));
  await commit("first");
  // Its newest version is the whole one, and this one a delta against that.
  writeFileSync(join(work, "long.txt"), [...long.slice(0, 200), fill("git delta"), ...long.slice(200)].join("\n"));
  await commit(`with ${fill("git message")}`);
  writeFileSync(join(work, "long.txt"), [...long, "and one more, so that this is the base"].join("\n"));
  await commit("third");
  await tools.run("git", [...git, "gc", "-q"], { cwd: work });
  writeFileSync(join(work, "loose.txt"), text(fill("git loose")));
  await commit("fourth");
  const idOf = async (what: string): Promise<string> =>
    (await tools.run("git", ["rev-parse", what], { cwd: work })).toString().trim();
  const loose = await idOf("HEAD:loose.txt");
  const pack = readdirSync(join(work, ".git/objects/pack")).find((name) => name.endsWith(".pack"));
  cpSync(join(work, ".git"), folder, { recursive: true });
  for (const name of readdirSync(folder))
    if (name === "hooks" || name === "logs") rmSync(join(folder, name), { recursive: true });
  return [
    { name: "git loose", path: `objects/${loose.slice(0, 2)}/${loose.slice(2)}`, inner: undefined },
    { name: "git packed", path: `objects/pack/${pack}`, inner: `blob ${await idOf("HEAD:packed.txt")}` },
    { name: "git message", path: `objects/pack/${pack}`, inner: `commit ${await idOf("HEAD~2")}` },
    { name: "git delta", path: `objects/pack/${pack}`, inner: "delta at " },
  ];
}
