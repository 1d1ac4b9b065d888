import type { Walker } from "../layer/spot.ts";
import { createTarWalker, type TarEntry } from "../layer/tar-walker.ts";
import type { BlobIntake } from "./blob-intake.ts";
import type { Notes } from "./nest.ts";

/** More files than this are no image's archive; each is remembered to the end. */
const mostFiles = 100_000;

/** Takes an archive of an image apart as it streams by (`docker save` in both forms, OCI): each of its files is a blob. */
export function createArchiveWalker({ open, link }: BlobIntake, notes: Notes): Walker {
  const archive = { root: 0, path: [] };
  let files = 0;
  return createTarWalker(archive, 0, {
    broken: (why) => notes.skipped(archive, why),
    open: (entry) => {
      files++;
      if (files === mostFiles + 1)
        notes.skipped(archive, `it holds more than ${mostFiles} files: those behind are no blobs`);
      if (files > mostFiles) return undefined;
      // Docker before version 25 wrote a layer that comes twice as a link.
      if (entry.kind === "link") link(entry.path, linkTarget(entry));
      return entry.kind === "file" ? open(entry.path, entry.size) : undefined;
    },
  });
}

function linkTarget(entry: TarEntry): string {
  if (!entry.link.startsWith("../") && !entry.link.startsWith("./")) return entry.link;
  const parts = entry.path.split("/").slice(0, -1);
  for (const part of entry.link.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
