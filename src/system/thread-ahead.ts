import { statSync } from "node:fs";
import { largeBytes, startThread } from "./file-thread.ts";

/**
 * Starts the thread that goes through a large archive, where one of these words names one: it takes as long to be there as all that is
 * loaded before the archive is opened.
 */
export function startThreadFor(words: readonly string[]): void {
  if (words.some(namesLargeArchive)) startThread();
}

/** Not where an image's name follows the file's: then it starts when that is opened. */
function namesLargeArchive(word: string): boolean {
  const path = /^(?:docker|oci)-archive:(.+)$/.exec(word)?.[1];
  if (path === undefined) return false;
  try {
    return statSync(path).size >= largeBytes;
  } catch {
    // who opens it says so
    return false;
  }
}
