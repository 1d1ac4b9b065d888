import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Skipped } from "../finding/finding.ts";
import { matchesPath, type PathPattern, parseGlob } from "../lint/glob.ts";
import { type IgnoreFile, isIgnored } from "../lint/ignore-list.ts";
import { errorCode } from "./error-code.ts";
import { excludesOf, ignoresAbove, prefixOf, readIgnores, within } from "./git-ignores.ts";
import { whyNot } from "./source-file.ts";

/** A file to look at. */
export type FoundFile = {
  /** As the user calls it: from where he stands, if he named it so. */
  readonly shown: string;
  readonly path: string;
  /**
   * From the repository's root (else from where the user stands), with `/`: the same wherever he stands in it. What lies
   * in a submodule has a path from the outer root on, where he stands outside of it.
   */
  readonly identity: string;
  /** By its own name on the command line, or by a glob. */
  readonly named: boolean;
};

export type FoundFiles = {
  readonly files: readonly FoundFile[];
  /** What could not be looked at. */
  readonly skipped: readonly Skipped[];
  /** Folders in which there was nothing to look at. */
  readonly empty: readonly string[];
};

/** The root of the repository that a folder belongs to, or the folder itself. */
export function repositoryOf(folder: string): string {
  return rootOf({ roots: new Map() }, folder) ?? folder;
}

type Search = {
  readonly folder: string;
  readonly wanted: (path: string) => boolean;
  readonly found: Map<string, FoundFile>;
  readonly skipped: Skipped[];
  readonly roots: Map<string, string | undefined>;
};

/**
 * Finds the files that words of a command line name: files, whatever they are called; folders, in which `wanted` chooses
 * by the path from the repository's root on; and globs. What git ignores is left out, unless it is named itself. Links
 * to folders are not followed, those to files are, within the repository.
 */
export function findFiles(
  words: readonly string[],
  options: { readonly folder: string; readonly wanted: (path: string) => boolean },
): FoundFiles {
  const search: Search = { ...options, found: new Map(), skipped: [], roots: new Map() };
  const empty: string[] = [];
  for (const word of words) {
    if (word === "") {
      search.skipped.push({ what: "''", why: "the name is empty" });
      continue;
    }
    const path = resolve(search.folder, word);
    const kind = kindOf(path);
    if (kind === "folder") {
      if (walk(search, path, word) === 0) empty.push(word);
    } else if (kind === "file") addFile(search, path, word, true);
    else if (/[*?[]/.test(word)) {
      if (findGlob(search, word) === 0) search.skipped.push({ what: word, why: "no file matches" });
    } else search.skipped.push({ what: word, why: whyNot(kind.code) });
  }
  return { files: [...search.found.values()], skipped: search.skipped, empty };
}

function kindOf(path: string): "folder" | "file" | { readonly code: string } {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch (error) {
    return { code: errorCode(error) };
  }
}

function addFile(search: Search, path: string, shown: string, named: boolean): void {
  const known = search.found.get(path);
  if (known?.named === true || (known !== undefined && !named)) return;
  search.found.set(path, { shown, path, identity: identityOf(search, path), named });
}

function identityOf(search: Search, path: string): string {
  const here = rootOf(search, search.folder);
  const inHere = here === undefined ? ".." : relative(here, path);
  const root = rootOf(search, dirname(path)) ?? search.folder;
  const inside = isOutside(inHere) ? relative(root, path) : inHere;
  return (isOutside(inside) ? path : inside).split(sep).join("/");
}

function isOutside(inside: string): boolean {
  return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside);
}

/** The nearest folder with a `.git` in it. */
function rootOf(search: Pick<Search, "roots">, folder: string): string | undefined {
  const known = search.roots.get(folder);
  if (known !== undefined || search.roots.has(folder)) return known;
  const root = exists(join(folder, ".git"))
    ? folder
    : dirname(folder) === folder
      ? undefined
      : rootOf(search, dirname(folder));
  search.roots.set(folder, root);
  return root;
}

function exists(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** A glob begins to look in the folder before its first pattern. */
function findGlob(search: Search, glob: string): number {
  const names = glob.split("/");
  const first = names.findIndex((name) => /[*?[]/.test(name));
  const base = names.slice(0, first).join("/");
  const start = base === "" && glob.startsWith("/") ? "/" : base;
  const folder = resolve(search.folder, start);
  if (kindOf(folder) !== "folder") return 0;
  return walk(search, folder, start === "" ? "." : start, parseGlob(names.slice(first).join("/")));
}

/** Gives how many files there were. */
function walk(search: Search, start: string, shown: string, glob?: PathPattern): number {
  const root = rootOf(search, start) ?? start;
  const links: { readonly path: string; readonly shown: string; readonly identity: string }[] = [];
  const real = new Set<string>();
  let count = 0;
  const stack: { folder: string; shown: string; ignores: readonly IgnoreFile[] }[] = [
    { folder: start, shown: shown === "." ? "" : shown.replace(/\/*$/, "/"), ignores: ignoresAbove(root, start) },
  ];
  for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
    const { folder, shown } = place;
    const entries = entriesOf(search, folder, shown);
    const prefix = prefixOf(root, folder);
    const names = new Set(entries.map(({ name }) => name));
    const own = names.has(".gitignore") ? readIgnores(prefix, join(folder, ".gitignore")) : [];
    // a submodule has rules of its own
    const above = names.has(".git") && folder !== root ? excludesOf(folder, prefix) : place.ignores;
    const ignores = own.length === 0 ? above : [...above, ...own];
    const folders: typeof stack = [];
    for (const entry of entries) {
      const path = join(folder, entry.name);
      const inside = prefix + entry.name;
      // in a worktree it is a file
      if (entry.name === ".git") continue;
      if (entry.name.includes("\ufffd") && !exists(path)) {
        // Node gives names as text only
        const isOurs = entry.isDirectory() || (glob === undefined && search.wanted(inside));
        if (isOurs && !isIgnored(ignores, inside, entry.isDirectory()))
          search.skipped.push({ what: shown + entry.name, why: "its name is no UTF-8" });
        continue;
      }
      if (entry.isDirectory()) {
        if (entry.name === "node_modules" || isIgnored(ignores, inside, true)) continue;
        folders.push({ folder: path, shown: `${shown}${entry.name}/`, ignores });
        continue;
      }
      const isAsked = glob === undefined ? search.wanted(inside) : matchesPath(glob, within(start, path));
      if (!isAsked || isIgnored(ignores, inside, false)) continue;
      if (entry.isSymbolicLink()) links.push({ path, shown: shown + entry.name, identity: inside });
      else {
        addFile(search, path, shown + entry.name, glob !== undefined);
        real.add(path);
        count++;
      }
    }
    stack.push(...folders.reverse());
  }
  return count + addLinks(search, links, real, root, glob !== undefined);
}

/** A link to a file that is looked at anyway is passed over, and so is one to a folder; one that leads nowhere is said. */
function addLinks(
  search: Search,
  links: readonly { readonly path: string; readonly shown: string }[],
  real: Set<string>,
  root: string,
  named: boolean,
): number {
  let count = 0;
  const realRoot = links.length === 0 ? root : realpathSync(root);
  for (const { path, shown } of links) {
    const skip = (why: string) => search.skipped.push({ what: shown, why });
    try {
      const target = realpathSync(path);
      if (statSync(target).isDirectory()) continue;
      const inside = relative(realRoot, target);
      // a checkout must not be able to show what lies elsewhere on the machine
      if (isOutside(inside)) skip("it is a link to a file outside the repository: name it to have it looked at");
      else if (!real.has(join(root, inside))) {
        real.add(join(root, inside));
        addFile(search, path, shown, named);
        count++;
      }
    } catch (error) {
      const code = errorCode(error);
      skip(code === "ENOENT" ? "it is a link to a file that is not there" : whyNot(code));
    }
  }
  return count;
}

function entriesOf(search: Search, folder: string, shown: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    search.skipped.push({ what: shown === "" ? "." : shown, why: whyNot(errorCode(error)) });
    return [];
  }
}
