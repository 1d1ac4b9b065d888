import { createReadStream } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type BlobStore, pathOf } from "../image/blob-list.ts";
import { errorCode } from "./error-code.ts";

/** Registries take no larger manifests (distribution spec, "Pushing Manifests"). */
const mostManifestBytes = 4 << 20;
const pieceBytes = 1 << 20;

/** An OCI layout in a folder. */
export function openLayoutStore(folder: string): BlobStore & { readonly index: () => Promise<Buffer> } {
  const place = (digest: string): string => join(folder, pathOf(digest) ?? "");

  async function small(path: string): Promise<Buffer> {
    const file = await open(path).catch(missing);
    try {
      const { size } = await file.stat();
      if (size > mostManifestBytes) throw new Error(`it is larger than ${mostManifestBytes} bytes`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  }

  return {
    index: () => readFile(join(folder, "index.json")),
    manifest: (digest) => small(place(digest)),
    blob: async function* (digest) {
      try {
        yield* createReadStream(place(digest), { highWaterMark: pieceBytes });
      } catch (error) {
        missing(error);
      }
    },
  };
}

function missing(error: unknown): never {
  const code = errorCode(error);
  throw new Error(code === "ENOENT" ? "it is not there" : `it cannot be read (${code})`, { cause: error });
}
