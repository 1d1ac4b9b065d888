import { layerConfigOf, pathIn } from "./archive-path.ts";
import type { ArchiveImage, Descriptor } from "./document.ts";
import type { Blob, Role } from "./image.ts";

/** What was left out, for something else was chosen. */
type Passed = { readonly manifests: readonly Descriptor[]; readonly entries: readonly ArchiveImage[] };

/**
 * Where some images of an archive were chosen: the blobs that only those have that were not. What these do not lead to
 * belongs to the archive, whatever was chosen.
 */
export function blobsBeside(
  blobs: readonly Blob[],
  roles: ReadonlyMap<number, readonly Role[]>,
  { manifests, entries }: Passed,
): ReadonlySet<number> {
  const byDigest = new Map(blobs.map((blob) => [blob.digest, blob]));
  const digests = new Set(manifests.map(({ digest }) => digest));
  // what is added while it is gone through comes, too
  for (const digest of digests) for (const part of partsOf(byDigest.get(digest))) digests.add(part.digest);
  const paths = new Set(entries.flatMap(pathsOf));
  const beside = new Set<number>();
  for (const { id, digest, path } of blobs) {
    if (!roles.has(id) && (digests.has(digest) || paths.has(path))) beside.add(id);
  }
  return beside;
}

function partsOf(blob: Blob | undefined): readonly Descriptor[] {
  const document = blob?.document;
  if (document?.kind === "index") return document.manifests;
  if (document?.kind !== "manifest") return [];
  return document.config === undefined ? document.layers : [document.config, ...document.layers];
}

function pathsOf({ config, layers }: ArchiveImage): readonly string[] {
  return [config, ...layers, ...layers.map(layerConfigOf)].map(pathIn);
}
