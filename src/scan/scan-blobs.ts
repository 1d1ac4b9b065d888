import type { BlobFile, BlobList } from "../image/blob-list.ts";
import type { Walker } from "../layer/spot.ts";
import { type BlobIntake, createBlobIntake } from "./blob-intake.ts";
import { concludeImage } from "./conclude-image.ts";
import type { ImageScan } from "./image-scan.ts";
import { createPass, type Pass } from "./pass.ts";
import type { ScanOptions } from "./scan-options.ts";
import { createScope, finish, settle } from "./unpacker.ts";

/** So many blobs are read at once: each is unpacked on a thread of its own. */
const atOnce = 3;

/** Searches an image whose blobs are had one by one, as `scanArchive` searches one that streams by. */
export async function scanBlobs({ files, problems }: BlobList, options: ScanOptions): Promise<ImageScan> {
  const pass = createPass(options);
  const intake = createBlobIntake(pass);
  const left = files.values();
  const readNext = async (): Promise<void> => {
    for (const file of left) await readBlob(file, intake, pass);
  };
  await Promise.all(Array.from({ length: atOnce }, readNext));
  await intake.settled();
  return concludeImage(pass, intake, options, problems);
}

async function readBlob({ path, bytes, read }: BlobFile, { open }: BlobIntake, { nest, notes }: Pass): Promise<void> {
  const scope = createScope();
  const sink = open(path, bytes, scope);
  const { root } = sink.spot!(0)!;
  let isWhole = true;
  const walker: Walker = {
    push: sink.write,
    end: (at) => sink.end(at, isWhole),
    spot: (offset) => sink.spot!(offset)!,
    forget: (before) => sink.forget?.(before),
  };
  const strand = nest.strand(walker);
  const keepPace = (): Promise<void> => settle(scope);
  const source = read()[Symbol.asyncIterator]();
  for (;;) {
    // what is thrown here is the source's; what `write` throws is a mistake of ours
    const next = await source.next().catch((error: Error) => {
      isWhole = false;
      notes.skipped({ root, path: [] }, error.message);
    });
    if (next === undefined || next.done === true) break;
    await strand.write(next.value, keepPace);
  }
  strand.end();
  await finish(scope);
}
