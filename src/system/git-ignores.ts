import { join, relative, sep } from "node:path";
import { type IgnoreFile, readIgnoreFile } from "../lint/ignore-list.ts";
import { gitExcludes, textOf } from "./git-excludes.ts";

/** Of the user, of the repository itself, and of the folders from its root down to where a walk begins. */
export function ignoresAbove(root: string, start: string): IgnoreFile[] {
  const files = excludesOf(root, "");
  let folder = root;
  for (const name of relative(root, start).split(sep)) {
    if (folder === start || name === "") break;
    files.push(...readIgnores(prefixOf(root, folder), join(folder, ".gitignore")));
    folder = join(folder, name);
  }
  return files;
}

/** Of the user and of the repository, for the paths that begin with `prefix`. */
export function excludesOf(root: string, prefix: string): IgnoreFile[] {
  return gitExcludes(root, process.env).flatMap((path) => readIgnores(prefix, path));
}

export function readIgnores(folder: string, path: string): IgnoreFile[] {
  const text = textOf(path);
  return text === undefined ? [] : [readIgnoreFile(folder, text)];
}

export function prefixOf(root: string, folder: string): string {
  const inside = within(root, folder);
  return inside === "" ? "" : `${inside}/`;
}

/** From a folder on, with `/`. */
export function within(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}
