/** What the path of a file of an archive says of its digest: its name, if it is a blob's, and by which algorithm it is hashed. */
export function readBlobName(path: string): { readonly algorithm: string; readonly hex: string | undefined } {
  const [, algorithm = "sha256", hex] = /^blobs\/(sha256|sha512)\/([0-9a-f]{64,128})$/.exec(path) ?? [];
  return { algorithm, hex };
}
