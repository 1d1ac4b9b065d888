import type { Skipped } from "../finding/finding.ts";
import { type AssembleOptions, assemble, wholeArchive } from "../image/assemble.ts";
import type { BlobIntake } from "./blob-intake.ts";
import type { ImageScan } from "./image-scan.ts";
import type { Pass } from "./pass.ts";

/** When all blobs were read: the image is put together. */
export function concludeImage(
  pass: Pass,
  intake: BlobIntake,
  options: AssembleOptions,
  problems: readonly Skipped[] = [],
): ImageScan {
  const blobs = intake.blobs();
  const assembled = assemble(blobs, options);
  const layers = new Set(assembled.images.flatMap((image) => image.layers.map((layer) => layer.blob)));
  const byId = new Map(blobs.map((blob) => [blob.id, blob]));
  // of what broke off it says nothing new that this or that is missing in it
  const known = new Set([...problems.map(({ what }) => what), ...(pass.hasBrokenOff() ? [wholeArchive] : [])]);
  const all = [...problems, ...assembled.problems.filter(({ what }) => !known.has(what))];
  return pass.conclude({ assembled: { ...assembled, problems: all }, blobs: byId, paths: intake.paths }, layers.size);
}
