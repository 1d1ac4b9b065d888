import { matchesPath, type PathPattern, parseIgnoreLine } from "./glob.ts";

/** The patterns of one ignore file, and the folder (with `/` at its end, or empty) for which they count. */
export type IgnoreFile = { readonly folder: string; readonly patterns: readonly PathPattern[] };

export function readIgnoreFile(folder: string, text: string): IgnoreFile {
  const patterns = text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .map(parseIgnoreLine)
    .filter((pattern) => pattern !== undefined);
  return { folder, patterns };
}

/**
 * Whether a path (with `/`, from the root of the repository on) is ignored. The last pattern that matches counts, of the
 * nearest file that has one; `files` are in order, the nearest last. A folder above it is asked for first, by itself:
 * what lies in an ignored folder cannot be taken back in (gitignore(5)).
 */
export function isIgnored(files: readonly IgnoreFile[], path: string, isFolder: boolean): boolean {
  for (let file = files.length - 1; file >= 0; file--) {
    const { folder, patterns } = files[file]!;
    if (!path.startsWith(folder)) continue;
    const inside = path.slice(folder.length);
    for (let index = patterns.length - 1; index >= 0; index--) {
      const pattern = patterns[index]!;
      if ((isFolder || !pattern.folderOnly) && matchesPath(pattern, inside)) return !pattern.negated;
    }
  }
  return false;
}
