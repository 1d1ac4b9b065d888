import type { Blob } from "./image.ts";

/** What an archive may be that holds no document at its top that an image could be put together from: a clause, or nothing. */
export function whatElse(blobs: readonly Pick<Blob, "path" | "isWhole">[]): string | undefined {
  if (blobs.length === 0) return "it is empty, or no archive at all";
  // of what breaks off the rest may have been anything
  if (blobs.some(({ isWhole }) => isWhole === false)) return undefined;
  for (const { path } of blobs) {
    const folder = /^(.+)\/(?:index|manifest)\.json$/.exec(path)?.[1];
    if (folder !== undefined && blobs.some((each) => each.path.startsWith(`${folder}/blobs/`))) {
      return `those in ${folder} have to lie at its top: pack what is in that folder`;
    }
  }
  return "if it is a layer or a file tree, docker import makes an image of it";
}
