import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { type BlobStore, pathOf } from "../image/blob-list.ts";
import { errorCode } from "./error-code.ts";

/** Registries take no larger manifests (distribution spec, "Pushing Manifests"), and a scan reads no larger document. */
const mostManifestBytes = 4 << 20;
const pieceBytes = 1 << 20;
// opening a pipe that nobody writes to would wait forever, a terminal would become ours
const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** An OCI layout in a folder. Of what lies there only regular files are read; links are followed. */
export function openLayoutStore(folder: string): BlobStore & { readonly index: () => Promise<Buffer> } {
  const place = (digest: string): string => join(folder, pathOf(digest) ?? "");
  return {
    index: () => readSmall(join(folder, "index.json")),
    manifest: (digest) => readSmall(place(digest)),
    blob: (digest) => readPieces(place(digest)),
  };
}

/** What a file says of its size need not be true: no more is read than is taken. */
async function readSmall(path: string): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of readPieces(path, mostManifestBytes + 1)) parts.push(part);
  const bytes = Buffer.concat(parts);
  if (bytes.length > mostManifestBytes) throw new Error(`it is larger than ${mostManifestBytes} bytes`);
  return bytes;
}

/** Its first bytes; all of them unless told. */
async function* readPieces(path: string, mostBytes = Number.POSITIVE_INFINITY): AsyncGenerator<Buffer> {
  const file = await openRegular(path);
  try {
    yield* file.createReadStream({ highWaterMark: pieceBytes, end: mostBytes - 1 });
  } catch (error) {
    unreadable(error);
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  const file = await open(path, flags).catch(unreadable);
  const stat = await file.stat();
  if (stat.isFile()) return file;
  await file.close();
  throw new Error(stat.isDirectory() ? "it is a folder" : "it is no regular file");
}

function unreadable(error: unknown): never {
  throw new Error(whyNot(errorCode(error)), { cause: error });
}

function whyNot(code: string): string {
  switch (code) {
    case "ENOENT":
      return "it is not there";
    // what a socket answers
    case "ENXIO":
      return "it is no regular file";
    default:
      return `it cannot be read (${code})`;
  }
}
