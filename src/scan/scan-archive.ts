import { assemble } from "../image/assemble.ts";
import type { Spot } from "../layer/spot.ts";
import { createArchiveWalker } from "./archive-walker.ts";
import { documentTexts } from "./document-text.ts";
import type { ImageScan } from "./image-scan.ts";
import { createPass } from "./pass.ts";
import type { ScanOptions } from "./scan-options.ts";

/**
 * Searches an archive of an image in one pass, as it streams by: a docker-archive (`docker save`, old and OCI-layout
 * form) or an OCI archive, compressed or not. Nothing is written anywhere, and no more than a few megabytes are held.
 * What cannot be read makes the scan incomplete; it never throws for what the stream holds.
 */
export async function scanArchive(stream: AsyncIterable<Uint8Array>, options: ScanOptions): Promise<ImageScan> {
  const pass = createPass(options);
  const archive = createArchiveWalker(pass);
  await pass.read(stream, archive.walker);
  for (const { blob, json } of archive.documents()) {
    const spot: Spot = { root: blob, path: [], kind: "content", start: 0, end: Number.POSITIVE_INFINITY };
    for (const { path, inner, text } of documentTexts(json)) {
      pass.search.scanText(text, spot, (hit) => pass.add(hit, [path, ...inner]));
    }
  }
  const blobs = archive.blobs();
  const assembled = assemble(blobs, options.holds);
  const layers = new Set(assembled.images.flatMap((image) => image.layers.map((layer) => layer.blob)));
  return pass.conclude(
    { assembled, blobs: new Map(blobs.map((blob) => [blob.id, blob])), paths: archive.paths },
    layers.size,
  );
}
