import type { FileSink, Walker } from "../layer/spot.ts";
import { createTarWalker } from "../layer/tar-walker.ts";
import type { BlobIntake } from "./blob-intake.ts";
import type { Pass } from "./pass.ts";
import { openSparseEntry } from "./sparse-entry.ts";

/** More files than this are no image's archive; each is remembered to the end. */
const mostFiles = 100_000;

/** Takes an archive of an image apart as it streams by (`docker save` in both forms, OCI): each of its files is a blob. */
export function createArchiveWalker(
  { open, link }: BlobIntake,
  { notes, nest, limits, scope }: Pick<Pass, "notes" | "nest" | "limits" | "scope">,
): Walker {
  const archive = { root: 0, path: [] };
  let files = 0;
  return createTarWalker(archive, 0, {
    broken: (why) => notes.skipped(archive, why),
    open: (entry, data) => {
      files++;
      if (files === mostFiles + 1)
        notes.skipped(archive, `it holds more than ${mostFiles} files: those behind are no blobs`);
      if (files > mostFiles) return undefined;
      // Docker before version 25 wrote a layer that comes twice as a link.
      if (entry.kind === "hard link" || entry.kind === "symbolic link") link(entry.kind, entry.path, entry.link);
      if (entry.kind !== "file") return undefined;
      const asStored = (): FileSink => open(entry.path, entry.size);
      if (entry.sparse === undefined) return asStored();
      // an archive that was packed once more, by a tool that leaves out zeros
      const base = { ...archive, path: [entry.path] };
      return openSparseEntry(
        entry.sparse,
        { base, at: data, stored: entry.size },
        {
          open: (file) =>
            nest.fill(file, scope, {
              mostBytes: limits.layerBytes,
              bombRatio: Number.POSITIVE_INFINITY,
              wantsZeros: () => true,
              open: (inner) => open(entry.path, file.map.size, inner, false),
            }),
          asStored,
          broken: (why) => notes.skipped(base, why),
        },
      );
    },
  });
}
