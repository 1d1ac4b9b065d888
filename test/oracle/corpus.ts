import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "../../fixtures/dockerfile");

/** Dockerfiles of our own making, one trap each. */
export const corpusFolder: string = join(folder, "corpus");

/** What BuildKit's parser says of each of them (`npm run oracle -- --golden`). */
export const goldenFile: string = join(folder, "buildkit.json");

/** The files named, and all files of the folders named, in order. */
export function findDockerfiles(names: readonly string[]): string[] {
  return names.flatMap((name) => {
    if (!statSync(name).isDirectory()) return [name];
    return readdirSync(name, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
  });
}
