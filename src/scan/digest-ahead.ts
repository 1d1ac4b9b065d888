import { isZeroBlock, parseTarHeader, tarBlock, tarType } from "../layer/tar-header.ts";
import { readBlobName } from "./blob-name.ts";
import type { ArchiveFile } from "./pass.ts";

/** From this size on another thread hashes a blob. */
export const asideBytes = 32 << 20;

/** An image's archive has a few files for each layer. */
const mostHeaders = 1000;

/**
 * Begins with the digests of an archive's large files, before anybody has read it: the other thread has nothing else to do while
 * a thousand values are made ready. Whoever asks for one of them later gets that. Of an archive that is not as it should be
 * only the first files are seen: the others are hashed when they are asked for.
 */
export function digestAhead(file: ArchiveFile): ArchiveFile {
  const begun = new Map<string, Promise<string>>();
  for (const { path, at, bytes } of filesOf(file)) {
    if (bytes < asideBytes) continue;
    const { algorithm } = readBlobName(path);
    const digest = file.digest(algorithm, at, bytes);
    // perhaps nobody asks for it
    digest.catch(() => {});
    begun.set(keyOf(algorithm, at, bytes), digest);
  }
  return {
    ...file,
    digest: (algorithm, at, bytes) => begun.get(keyOf(algorithm, at, bytes)) ?? file.digest(algorithm, at, bytes),
  };
}

function keyOf(algorithm: string, at: number, bytes: number): string {
  return `${algorithm}:${at}:${bytes}`;
}

/** By their headers alone. One that says more than that (a long name, a size beyond 8 GB) is as if it were not there. */
function* filesOf({ read }: ArchiveFile): Generator<{ path: string; at: number; bytes: number }> {
  const block = Buffer.alloc(tarBlock);
  let isAnnounced = false;
  for (let at = 0, headers = 0; headers < mostHeaders; headers++) {
    try {
      if (read(block, 0, tarBlock, at) < tarBlock || isZeroBlock(block, 0)) return;
    } catch {
      // who reads it says so
      return;
    }
    const header = parseTarHeader(block, 0);
    // blocks that are no header may follow that of a sparse file
    if (typeof header === "string" || header.type === tarType.gnuSparse) return;
    at += tarBlock;
    const isFile = header.type === tarType.regular || header.type === tarType.regularOld;
    if (isFile && !isAnnounced) yield { path: header.name, at, bytes: header.size };
    isAnnounced = header.type === tarType.pax || header.type === tarType.gnuLongName;
    at += Math.ceil(header.size / tarBlock) * tarBlock;
  }
}
