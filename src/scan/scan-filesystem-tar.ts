import type { ImageScan } from "./image-scan.ts";
import { createPass } from "./pass.ts";
import type { ScanOptions } from "./scan-options.ts";

/**
 * Searches the tar of a plain file tree (buildx's `type=tar`), which stands for what `type=local` writes: as
 * `scanArchive`, with no image around the files.
 */
export async function scanFilesystemTar(stream: AsyncIterable<Uint8Array>, options: ScanOptions): Promise<ImageScan> {
  const { nest, notes, scope, read, conclude } = createPass(options);
  const base = { root: 0, path: [] };
  await read(stream, nest.tar(base, 0, 0, scope, { broken: (why, place = base) => notes.skipped(place, why) }));
  return conclude(
    {
      assembled: { topDigest: undefined, images: [], roles: new Map(), beside: new Set(), problems: [], leftOut: [] },
      blobs: new Map(),
      paths: () => undefined,
      plain: true,
    },
    0,
  );
}
