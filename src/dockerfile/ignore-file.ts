import { posix } from "node:path";
import { createPathPattern, type PathPattern } from "./path-pattern.ts";

/** A .dockerignore as BuildKit reads it (moby/patternmatcher: ignorefile.ReadAll, PatternMatcher). */
export type IgnoreFile = { readonly patterns: readonly IgnorePattern[] };

/** A line of it; `exclusion` (`!`) takes back what lines before it ignore. */
export type IgnorePattern = { readonly exclusion: boolean; readonly pattern: PathPattern };

/** Reads the file's text, with or without a byte order mark. Nothing in it is an error here. */
export function readIgnoreFile(text: string): IgnoreFile {
  const patterns: IgnorePattern[] = [];
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    // only at the very beginning of a line: ` #x` is a name
    if (line.startsWith("#")) continue;
    const written = line.trim();
    const exclusion = written.startsWith("!");
    const cleaned = clean(exclusion ? written.slice(1).trim() : written).trim();
    if (cleaned !== "") patterns.push({ exclusion, pattern: createPathPattern(cleaned) });
  }
  return { patterns };
}

/**
 * Whether a path (with `/`, relative to the context's root) stays out of the context. The last line that fits it, or a
 * folder that it lies in, counts.
 */
export function isIgnored({ patterns }: IgnoreFile, path: string): boolean {
  const parts = path.split("/");
  const folders = parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
  let ignored = false;
  for (const { exclusion, pattern } of patterns) {
    if (exclusion !== ignored) continue;
    if (pattern(path) || folders.some((folder) => pattern(folder))) ignored = !exclusion;
  }
  return ignored;
}

// Go's filepath.Clean, then a path that begins at the root is one that begins at the context
function clean(written: string): string {
  if (written === "") return "";
  const normal = posix.normalize(written).replace(/(?<=.)\/$/, "");
  return normal.length > 1 && normal.startsWith("/") ? normal.slice(1) : normal;
}
