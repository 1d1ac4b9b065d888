import type { Choice } from "./choice.ts";
import type { Blob, Role } from "./image.ts";

/**
 * Where some images of an archive were chosen: the blobs that only the others have. What nobody refers to belongs to the
 * archive, whatever was chosen.
 */
export function blobsBeside(
  blobs: readonly Blob[],
  roles: ReadonlyMap<number, readonly Role[]>,
  { name, platforms = [] }: Choice,
): ReadonlySet<number> {
  const beside = new Set<number>();
  if (name === undefined && platforms.length === 0) return beside;
  const referred = new Set<string>();
  for (const { document } of blobs) {
    if (document?.kind === "index") for (const { digest } of document.manifests) referred.add(digest);
    if (document?.kind === "manifest") {
      for (const part of [document.config, ...document.layers]) if (part !== undefined) referred.add(part.digest);
    }
    if (document?.kind === "archive") {
      for (const { config, layers } of document.images) for (const path of [config, ...layers]) referred.add(path);
    }
  }
  for (const { id, digest, path } of blobs) {
    if (!roles.has(id) && (referred.has(digest) || referred.has(path))) beside.add(id);
  }
  return beside;
}
